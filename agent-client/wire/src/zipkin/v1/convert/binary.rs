//! Binary annotations: tags and addresses.

use super::core::Core;
use super::{Sides, tag};
use crate::zipkin::{Endpoint, Kind, ReadError, Value};

/// The addresses of the other sides, the first of each key.
#[derive(Default)]
struct Addresses<'a> {
    client: Option<Endpoint<'a>>,
    server: Option<Endpoint<'a>>,
    broker: Option<Endpoint<'a>>,
}

impl<'a> Addresses<'a> {
    fn place(&mut self, key: &str) -> Option<&mut Option<Endpoint<'a>>> {
        match key {
            "ca" => Some(&mut self.client),
            "sa" => Some(&mut self.server),
            "ma" => Some(&mut self.broker),
            _ => None,
        }
    }
}

impl<'a> Core<'a> {
    /// Sets tags and remote endpoints.
    pub(super) fn binary_annotations(&self, sides: &mut Sides<'_, 'a>) -> Result<(), ReadError> {
        let mut addresses = Addresses::default();
        let source = sides.source;
        for binary in &source.binary_annotations {
            if let (Some(place), Some(endpoint)) = (addresses.place(&binary.key), &binary.endpoint)
            {
                match place {
                    None => *place = Some(endpoint.clone()),
                    Some(_) => unused(sides, &binary.key, endpoint),
                }
                continue;
            }
            let index = sides.of(binary.endpoint.as_ref())?;
            let says_nothing = binary.key == "lc" && binary.value.as_text() == Some("");
            if !says_nothing {
                let span = &mut sides.spans[index];
                tag(span, binary.key.clone(), binary.value.clone());
            }
        }
        self.remote(addresses, sides)
    }

    fn remote(&self, addresses: Addresses<'a>, sides: &mut Sides<'_, 'a>) -> Result<(), ReadError> {
        let Addresses {
            client,
            server,
            broker,
        } = addresses;
        let client_side = self.cs.as_ref().or(self.cr.as_ref());
        let server_side = self.sr.as_ref().or(self.ss.as_ref());
        if client_side.is_none() && server_side.is_none() {
            self.without_calls(client, server, sides)?;
        } else {
            if let Some(mut client) = client {
                let local = server_side.and_then(|side| side.endpoint.as_ref());
                match local.filter(|local| **local != client) {
                    Some(local) => {
                        // Some write the server's own name into the address of its client.
                        if client.service_name == local.service_name {
                            client.service_name = "".into();
                        }
                        let index = sides.of(Some(local))?;
                        sides.spans[index].remote = client;
                    }
                    None => unused(sides, "ca", &client),
                }
            }
            if let Some(server) = server {
                match client_side {
                    Some(side) => sides.at(side)?.remote = server,
                    None => unused(sides, "sa", &server),
                }
            }
        }
        if let Some(broker) = broker {
            let ends = [&self.ms, &self.mr];
            for end in ends.into_iter().flatten() {
                sides.at(end)?.remote = broker.clone();
            }
            if ends.iter().all(|end| end.is_none()) {
                unused(sides, "ma", &broker);
            }
        }
        Ok(())
    }

    /// Addresses tell a call by themselves.
    fn without_calls(
        &self,
        client: Option<Endpoint<'a>>,
        server: Option<Endpoint<'a>>,
        sides: &mut Sides<'_, 'a>,
    ) -> Result<(), ReadError> {
        match (client, server) {
            (Some(client), Some(server)) => {
                let index = sides.of(Some(&client))?;
                sides.spans[index].remote = server;
            }
            (None, Some(server)) => sides.spans[0].remote = server,
            (Some(client), None) => {
                sides.spans[0].remote = client;
                sides.spans[0].kind = Some(Kind::Server);
            }
            (None, None) => {}
        }
        Ok(())
    }
}

/// Keeps an address that is nobody's remote endpoint.
fn unused<'a>(sides: &mut Sides<'_, 'a>, key: &str, endpoint: &Endpoint<'a>) {
    let Endpoint {
        service_name,
        ipv4,
        ipv6,
        port,
    } = endpoint;
    let port = if *port == 0 {
        String::new()
    } else {
        format!(":{port}")
    };
    let parts = [service_name.as_ref(), ipv4, ipv6, &port];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let text = Value::Text(parts.join(" ").into());
    tag(&mut sides.spans[0], key.to_owned().into(), text);
}
