mod attributes;
mod fields;
mod oracle;
mod random;
mod removal;
