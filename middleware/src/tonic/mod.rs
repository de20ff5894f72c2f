//! What tonic knows about a request.

mod extensions;
#[cfg(test)]
mod tests;

pub(crate) use self::extensions::peer;
