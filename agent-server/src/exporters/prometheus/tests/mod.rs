mod config;
mod scrapes;
mod series;
