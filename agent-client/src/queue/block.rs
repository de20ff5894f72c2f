//! A piece of memory that items of one key are appended to.

/// An item on its way into a queue: its bytes come in two parts, so that what frames it needs not
/// be copied together with it first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) head: &'a [u8],
    pub(crate) body: &'a [u8],
    /// How many items it counts as.
    pub(crate) count: usize,
}

impl Item<'_> {
    pub(crate) const fn len(&self) -> usize {
        self.head.len() + self.body.len()
    }
}

/// Encoded items of one key, one after the other. Its size is fixed when it is opened.
#[derive(Debug)]
pub(crate) struct Block<K> {
    key: K,
    bytes: Vec<u8>,
    items: usize,
    charge: usize,
}

impl<K> Block<K> {
    /// A block in empty memory that has room for `charge` bytes.
    pub(super) const fn new(key: K, bytes: Vec<u8>, charge: usize) -> Self {
        Self {
            key,
            bytes,
            items: 0,
            charge,
        }
    }

    /// Its memory.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) const fn key(&self) -> &K {
        &self.key
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) const fn items(&self) -> usize {
        self.items
    }

    /// The memory it was charged with.
    pub(super) const fn charge(&self) -> usize {
        self.charge
    }

    pub(super) fn has_room(&self, len: usize) -> bool {
        self.charge - self.bytes.len() >= len
    }

    /// Gives back the room of a block that is less than half full; says how much that was.
    pub(super) fn trim(&mut self) -> usize {
        if self.bytes.len() >= self.charge / 2 {
            return 0;
        }
        self.bytes.shrink_to_fit();
        let given_back = self.charge - self.bytes.len();
        self.charge = self.bytes.len();
        given_back
    }

    pub(super) fn append(&mut self, item: Item<'_>) {
        self.bytes.extend_from_slice(item.head);
        self.bytes.extend_from_slice(item.body);
        self.items += item.count;
    }
}
