//! What a CLIENT span says, whose child it is, and what is sent.

mod hooks;
mod hyper;
mod letting_go;
mod names;
#[cfg(feature = "hyper")]
mod peer;
mod redirects;
mod resends;
mod spans;
mod told;
mod words;
