mod agent;
mod config;
mod scrapes;
mod series;
