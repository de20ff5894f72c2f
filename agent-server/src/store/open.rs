//! Opening the database file. A file that is damaged or of somebody else is set aside, never
//! changed, and never a reason not to start.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::OpenError;

/// The name of the database file in its directory.
pub const FILE_NAME: &str = "spans.db";

/// `Camp` in ASCII: marks the file as ours (`PRAGMA application_id`).
const APPLICATION: i32 = 0x4361_6d70;

/// The version of `schema.sql` (`PRAGMA user_version`). A file of another version is set aside:
/// kept spans are worth less than code that converts them.
const VERSION: i32 = 2;

const SCHEMA: &str = include_str!("schema.sql");

/// An open database.
pub(super) struct Opened {
    /// The connection that writes.
    pub(super) writer: Connection,
    /// A second one that only reads; a database in memory has none.
    pub(super) reader: Option<Connection>,
    /// Where the file went that was there before and could not be used.
    pub(super) set_aside: Option<PathBuf>,
}

/// Opens an empty database in memory.
pub(super) fn memory() -> Result<Opened, OpenError> {
    let writer = Connection::open_in_memory()?;
    create(&writer)?;
    Ok(Opened {
        writer,
        reader: None,
        set_aside: None,
    })
}

/// Opens the database in `directory`, which is made if it is not there.
pub(super) fn directory(directory: &Path) -> Result<Opened, OpenError> {
    fs::create_dir_all(directory).map_err(|source| OpenError::Directory {
        path: directory.to_owned(),
        source,
    })?;
    let path = directory.join(FILE_NAME);
    let mut set_aside = None;
    let writer = match file(&path) {
        Ok(Some(writer)) => writer,
        Err(error) if !is_damage(&error) => return Err(error.into()),
        Ok(None) | Err(_) => {
            set_aside = Some(move_away(&path)?);
            fill(connect(&path)?)?
        }
    };
    Ok(Opened {
        writer,
        reader: Some(reader(&path)?),
        set_aside,
    })
}

/// Opens the file at `path` to read it.
pub(super) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(path, flags)?;
    reader.busy_timeout(Duration::from_secs(5))?;
    Ok(reader)
}

/// Ends the write-ahead log: with its last connection that reads gone, its files go too. Waits a
/// second for programs that read the file.
pub(super) fn fold(writer: &Connection) -> rusqlite::Result<()> {
    writer.busy_timeout(Duration::from_secs(1))?;
    writer.pragma_update(None, "journal_mode", "delete")
}

/// Opens the file at `path`, filling it if it is new. `None` when it is not ours.
fn file(path: &Path) -> rusqlite::Result<Option<Connection>> {
    let connection = connect(path)?;
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let marks = (number("application_id")?, number("user_version")?);
    let tables = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = connection.query_row(tables, [], |row| row.get(0))?;
    if marks == (0, 0) && tables == 0 {
        return fill(connection).map(Some);
    }
    if marks != (APPLICATION, VERSION) {
        return Ok(None);
    }
    let check: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if check != "ok" {
        return Ok(None);
    }
    configure(&connection)?;
    Ok(Some(connection))
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection)
}

fn fill(connection: Connection) -> rusqlite::Result<Connection> {
    configure(&connection)?;
    create(&connection)?;
    Ok(connection)
}

/// A write-ahead log lets others read while we write. What power loss takes is the latest spans,
/// never the file.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
    connection.pragma_update(None, "cache_size", -16_384)
}

fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN;\n{SCHEMA}\nPRAGMA application_id = {APPLICATION};\n\
         PRAGMA user_version = {VERSION};\nCOMMIT;"
    ))
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// Renames the file, and the log files that belong to it.
fn move_away(path: &Path) -> Result<PathBuf, OpenError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let stamp = now.unwrap_or_default().as_nanos();
    let mut target = path.to_owned();
    for suffix in ["", "-wal", "-shm"] {
        let from = with_suffix(path, suffix);
        let to = with_suffix(path, &format!(".set-aside-{stamp}{suffix}"));
        match fs::rename(&from, &to) {
            Ok(()) if suffix.is_empty() => target = to,
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => return Err(OpenError::Directory { path: from, source }),
        }
    }
    Ok(target)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
