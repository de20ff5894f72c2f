//! Where the whole records of a file end: a writer that was killed may have left a part of one.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};

/// How far lines are looked for from the end of the file, at most.
const MAX_LINE: u64 = 256 << 20;
const CHUNK: u64 = 64 << 10;

/// How a file ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// With something that this exporter did not write.
    Foreign,
    /// With a part of a record, beginning here.
    Torn(u64),
    /// With a whole record.
    Whole,
}

/// How a file of length-prefixed records ends; every record begins with `ours`.
///
/// # Errors
///
/// When it cannot be read.
pub(super) fn of_prefixed(file: &mut File, length: u64, ours: &[u8]) -> io::Result<Tail> {
    file.seek(SeekFrom::Start(0))?;
    let mut reader = BufReader::new(file);
    let mut at = 0;
    while at < length {
        if length - at < 4 {
            return Ok(Tail::Torn(at));
        }
        let mut prefix = [0; 4];
        reader.read_exact(&mut prefix)?;
        let message = u32::from_be_bytes(prefix);
        let whole = at.saturating_add(4).saturating_add(u64::from(message));
        if whole > length {
            // The first record may be the torn one, or the file is one of something else.
            let is_torn = at > 0 || begins_with(&mut reader, ours)?;
            return Ok(if is_torn {
                Tail::Torn(at)
            } else {
                Tail::Foreign
            });
        }
        reader.seek_relative(i64::from(message))?;
        at = whole;
    }
    Ok(Tail::Whole)
}

/// How a file of lines ends.
///
/// # Errors
///
/// When it cannot be read.
pub(super) fn of_lines(file: &mut File, length: u64) -> io::Result<Tail> {
    let begin = last_line(file, length)?;
    if begin == length {
        return Ok(Tail::Whole);
    }
    file.seek(SeekFrom::Start(begin))?;
    Ok(if begins_with(file, b"{\"resource")? {
        Tail::Torn(begin)
    } else {
        Tail::Foreign
    })
}

/// Whether what follows is `ours`, or as much of it as there is.
fn begins_with(reader: &mut impl Read, ours: &[u8]) -> io::Result<bool> {
    let mut start = Vec::new();
    reader.take(ours.len() as u64).read_to_end(&mut start)?;
    Ok(ours.starts_with(&start))
}

/// Where what follows the last line break begins.
fn last_line(file: &mut File, length: u64) -> io::Result<u64> {
    let mut end = length;
    while end > length.saturating_sub(MAX_LINE) {
        let begin = end.saturating_sub(CHUNK);
        file.seek(SeekFrom::Start(begin))?;
        let mut chunk = Vec::new();
        file.by_ref().take(end - begin).read_to_end(&mut chunk)?;
        if let Some(index) = chunk.iter().rposition(|byte| *byte == b'\n') {
            return Ok(begin + index as u64 + 1);
        }
        end = begin;
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::{File, Tail, io, of_lines};

    fn tail(of: fn(&mut File, u64) -> io::Result<Tail>, content: &[u8]) -> Tail {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(content).expect("written");
        of(&mut file, content.len() as u64).expect("readable")
    }

    fn of_prefixed(file: &mut File, length: u64) -> io::Result<Tail> {
        super::of_prefixed(file, length, &[7])
    }

    #[test]
    fn records_with_their_length_are_walked_to_the_last_whole_one() {
        let whole = [&[0, 0, 0, 2, 7, 7][..], &[0, 0, 0, 0], &[0, 0, 0, 1, 9]].concat();
        assert_eq!(tail(of_prefixed, b""), Tail::Whole);
        assert_eq!(tail(of_prefixed, &whole), Tail::Whole);
        for cut in [12, 13, 14] {
            assert_eq!(tail(of_prefixed, &whole[..cut]), Tail::Torn(10), "{cut}");
        }
        for cut in [7, 8, 9] {
            assert_eq!(tail(of_prefixed, &whole[..cut]), Tail::Torn(6), "{cut}");
        }
        let long = [&[0, 1, 0, 0][..], &[7; 1 << 16], &[0, 0, 0, 9, 1]].concat();
        assert_eq!(tail(of_prefixed, &long), Tail::Torn(4 + (1 << 16)));
    }

    #[test]
    fn a_file_of_something_else_is_not_taken_for_a_part_of_a_record() {
        assert_eq!(
            tail(of_prefixed, b"{\"resourceSpans\":[]}\n"),
            Tail::Foreign
        );
        assert_eq!(tail(of_prefixed, &[0, 0, 0, 9, 8]), Tail::Foreign);
        assert_eq!(tail(of_prefixed, &[0, 0, 0, 9, 7]), Tail::Torn(0));
        assert_eq!(tail(of_prefixed, &[0, 0, 0, 9]), Tail::Torn(0));
        assert_eq!(tail(of_prefixed, &[0, 0]), Tail::Torn(0));
        assert_eq!(tail(of_lines, b"{\"a\":1}\nnot ours"), Tail::Foreign);
        assert_eq!(tail(of_lines, b"x"), Tail::Foreign);
    }

    #[test]
    fn lines_end_with_a_line_break() {
        assert_eq!(tail(of_lines, b""), Tail::Whole);
        assert_eq!(tail(of_lines, b"{}\n"), Tail::Whole);
        assert_eq!(tail(of_lines, b"{}\n{\"resourceSp"), Tail::Torn(3));
        assert_eq!(tail(of_lines, b"{}\n{"), Tail::Torn(3));
        let long = [b"first\n{\"resource".to_vec(), vec![b'x'; 200_000]].concat();
        assert_eq!(tail(of_lines, &long), Tail::Torn(6));
    }
}
