//! Flags that several verbs share.

use std::path::PathBuf;

use clap::Args;
use figment::value::Value;

use crate::config::Inputs;
use crate::output::Format;

/// Flags of every verb.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// TOML over the compiled-in defaults
    #[arg(long, global = true, value_name = "FILE", env = crate::config::CONFIG_VARIABLE, hide_env_values = true)]
    pub(crate) config: Option<PathBuf>,
    /// What data on standard output looks like: text or json
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        hide_possible_values = true
    )]
    pub(crate) output: Format,
}

/// The data folder of a verb that reads or changes one.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct DataFolder {
    /// Data folder of the embedded log and store [default: ./worldlog-data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// A running platform, asked over HTTP.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Running {
    /// Ask a running platform instead of the data folder, e.g. http://127.0.0.1:8080
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    pub(crate) url: Option<String>,
    /// Bearer of the operator gateway [default: operator.token]
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
}

/// A platform that runs: at `--url`, else on the data folder.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Place {
    #[command(flatten)]
    pub(crate) folder: DataFolder,
    #[command(flatten)]
    pub(crate) running: Running,
}

impl Common {
    /// What the configuration is made of, without flags.
    pub(crate) fn inputs(&self) -> Inputs {
        Inputs::of_process(self.config.clone())
    }

    /// The same with a data folder.
    pub(crate) fn inputs_in(&self, folder: &DataFolder) -> Inputs {
        let mut inputs = self.inputs();
        inputs.flag("data", folder.data.as_deref().map(text), "--data");
        inputs
    }
}

/// A path as a value of the configuration.
pub(crate) fn text(path: &std::path::Path) -> Value {
    Value::from(path.to_string_lossy().into_owned())
}
