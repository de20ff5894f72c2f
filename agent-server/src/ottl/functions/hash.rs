//! Hashes of strings, in hexadecimal.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::super::error::EvalError;
use super::super::program::Arguments;
use super::super::record::Record;
use super::super::value::Value;
use super::{Converter, Parameter};

type Result<'a> = std::result::Result<Value<'a>, EvalError>;

const ONE: &[Parameter] = &[Parameter::value("target")];

pub(super) const TABLE: &[Converter] = &[
    Converter::of("FNV", ONE, fnv),
    Converter::of("MD5", ONE, digest::<Md5>),
    Converter::of("SHA1", ONE, digest::<Sha1>),
    Converter::of("SHA256", ONE, digest::<Sha256>),
    Converter::of("SHA512", ONE, digest::<Sha512>),
];

fn digest<'a, D: Digest>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let text = arguments.string(0, record)?;
    Ok(Value::owned(const_hex::encode(D::digest(text.as_bytes()))))
}

/// FNV-1 of 64 bits, as an int.
fn fnv<'a>(arguments: &'a Arguments, record: &Record<'a>) -> Result<'a> {
    let text = arguments.string(0, record)?;
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
    });
    Ok(Value::Int(hash.cast_signed()))
}
