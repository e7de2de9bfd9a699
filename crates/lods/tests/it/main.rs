//! Levels of detail from outside: logs and models made by hand, real models, broken ones, and the
//! published validator.

mod data;
mod descriptor;
mod levels;
mod log;
mod made;
mod mutation;
mod scenes;
mod state;
mod town;
mod validator;
