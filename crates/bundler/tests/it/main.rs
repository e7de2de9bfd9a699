//! The bundler from outside: real models, broken ones, made ones, and the clients that read the results.

mod broken;
mod clients;
mod corpus;
mod data;
mod install;
mod judge;
mod ladder;
mod made;
mod mutation;
mod reader;
mod seeds;
mod textures;
