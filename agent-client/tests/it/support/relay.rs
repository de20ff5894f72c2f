//! A line between client and agent that can be cut while both stay where they are.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::{io, thread};

use super::free_address;

/// Passes bytes on. Its threads end with the connections and, one of them, with the process.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    line: Arc<Mutex<Line>>,
}

#[derive(Debug, Default)]
struct Line {
    /// Both ends of every connection so far.
    streams: Vec<TcpStream>,
    /// Connections made, also those that were cut at once.
    connections: usize,
    cut: bool,
}

impl Relay {
    pub(crate) fn to(agent: SocketAddr) -> Self {
        let address = free_address();
        let listener = TcpListener::bind(address).unwrap();
        let line = Arc::<Mutex<Line>>::default();
        let shared = Arc::clone(&line);
        thread::spawn(move || {
            for client in listener.incoming().map_while(io::Result::ok) {
                shared.lock().unwrap().connect(client, agent);
            }
        });
        Self { address, line }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Breaks the connections there are; the next one holds.
    pub(crate) fn break_once(&self) {
        self.line.lock().unwrap().shut_down();
    }

    /// Breaks the connections there are, and every later one.
    pub(crate) fn cut(&self) {
        let mut line = self.line.lock().unwrap();
        line.cut = true;
        line.shut_down();
    }

    pub(crate) fn connections(&self) -> usize {
        self.line.lock().unwrap().connections
    }
}

impl Line {
    fn connect(&mut self, client: TcpStream, agent: SocketAddr) {
        self.connections += 1;
        if self.cut {
            return;
        }
        let agent = TcpStream::connect(agent).unwrap();
        pass_on(&client, &agent);
        pass_on(&agent, &client);
        self.streams.extend([client, agent]);
    }

    fn shut_down(&mut self) {
        for stream in self.streams.drain(..) {
            // It may have ended by itself.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn pass_on(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
}
