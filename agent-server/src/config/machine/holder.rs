//! Which process listens on a port, as far as the system tells.

use std::fs;
use std::path::Path;

/// The state of a listening socket in the kernel's table.
const LISTENING: &str = "0A";

/// `campanile (process 1234)`: who has the port. `None` where the system does not say: on other
/// systems than Linux, and of processes of other users.
pub(super) fn holder(port: u16, datagrams: bool) -> Option<String> {
    let tables = match datagrams {
        true => ["/proc/net/udp", "/proc/net/udp6"],
        false => ["/proc/net/tcp", "/proc/net/tcp6"],
    };
    let inodes = tables.iter().filter_map(|table| {
        let table = fs::read_to_string(table).ok()?;
        inode(&table, port, datagrams).map(str::to_owned)
    });
    let sockets: Vec<String> = inodes.map(|inode| format!("socket:[{inode}]")).collect();
    let (process, name) = process_with(&sockets)?;
    Some(format!("{name} (process {process})"))
}

/// The inode of the socket that has the port, in a table of the kernel.
fn inode(table: &str, port: u16, datagrams: bool) -> Option<&str> {
    let port = format!(":{port:04X}");
    table.lines().skip(1).find_map(|line| {
        let mut words = line.split_whitespace();
        let local = words.nth(1)?;
        let state = words.nth(1)?;
        let inode = words.nth(5)?;
        let listens = datagrams || state == LISTENING;
        (listens && local.ends_with(&port)).then_some(inode)
    })
}

fn process_with(sockets: &[String]) -> Option<(u32, String)> {
    if sockets.is_empty() {
        return None;
    }
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let mut found = processes.filter_map(|entry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        has_one(&entry.path().join("fd"), sockets).then_some((process, entry.path()))
    });
    let (process, path) = found.next()?;
    let name = fs::read_to_string(path.join("comm")).ok()?;
    Some((process, name.trim_end().to_owned()))
}

fn has_one(descriptors: &Path, sockets: &[String]) -> bool {
    let entries = fs::read_dir(descriptors).into_iter().flatten().flatten();
    let mut links = entries.filter_map(|entry| fs::read_link(entry.path()).ok());
    links.any(|link| {
        sockets
            .iter()
            .any(|socket| link.as_os_str() == socket.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_the_socket_that_listens() {
        let table = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:10DD 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 11 1
   1: 0100007F:10DD 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12 1
";
        assert_eq!(inode(table, 0x10DD, false), Some("12"));
        assert_eq!(inode(table, 0x10DD, true), Some("11"));
        assert_eq!(inode(table, 4318, false), None);
        assert_eq!(inode("", 1, false), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_found_by_its_port() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
        let port = socket.local_addr().expect("an address").port();
        let holder = holder(port, false).expect("found");
        let process = format!("(process {})", std::process::id());
        assert!(holder.ends_with(&process), "{holder}");
    }
}
