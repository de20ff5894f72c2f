mod config;
mod scrapes;
mod series;
mod support;
