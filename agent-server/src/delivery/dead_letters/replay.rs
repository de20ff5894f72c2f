//! Handing letters over again.

use super::super::log::{LogError, Loss, Reader};
use super::{Address, DeadLetter, DeadLetters, REPLAY};

/// The letters of one address, in order, up to the last that was there when it began.
#[derive(Debug)]
pub struct Replay {
    letters: DeadLetters,
    address: Address,
    reader: Reader,
    end: u64,
}

impl Replay {
    pub(super) fn new(letters: DeadLetters, address: Address, reader: Reader, end: u64) -> Self {
        Self {
            letters,
            address,
            reader,
            end,
        }
    }

    /// Whose letters they are.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The next letter. It stays where it is until it is [done](Self::done).
    ///
    /// # Errors
    ///
    /// When it cannot be read; asking again tries again.
    pub fn letter(&mut self) -> Result<Option<DeadLetter>, LogError> {
        while self.reader.position().number < self.end {
            let Some(record) = self.reader.read()? else {
                return Ok(None);
            };
            if record.number >= self.end {
                return Ok(None);
            }
            if let Some(letter) = DeadLetter::parse(&record) {
                return Ok(Some(letter));
            }
        }
        Ok(None)
    }

    /// Says that `letter` and all before it were handed over.
    ///
    /// # Errors
    ///
    /// When that cannot be noted: they may come again.
    pub fn done(&mut self, letter: &DeadLetter) -> Result<(), LogError> {
        let mut kept = self.letters.lock();
        let Some(pile) = kept.piles.get_mut(&self.address) else {
            return Ok(());
        };
        pile.log.advance(REPLAY, letter.end)?;
        pile.log.trim()?;
        Ok(())
    }

    /// What could not be read since this was last asked.
    pub fn take_loss(&mut self) -> Loss {
        self.reader.take_loss()
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        if let Some(pile) = self.letters.lock().piles.get_mut(&self.address) {
            pile.replaying = false;
        }
    }
}
