//! Both layers around a real tonic server and channel.

mod calls;
mod messages;
mod words;
