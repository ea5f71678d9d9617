//! `edactl config init`: a commented edactl.toml, from what is named and what discovery finds.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
    process::Command,
};

use serde_json::Value;

use crate::{
    cli::{ConfigInitArgs, GlobalArgs},
    commands::{Error, ask},
    config::{LOCAL, draft::Draft},
    context::{self, Clock},
    discovery::{
        discover,
        infrastructure::{self, Declared},
    },
    render::{hints::hint, print},
    sender::route::Route,
};
use edactl_aws::{functions::Functions, session::Session, stacks::Stack};
use edactl_core::{exit::ExitCode, topology::Named};

/// The name of a pipeline that nobody named.
const DEFAULT_NAME: &str = "dev";

/// Runs `config init`.
///
/// # Errors
/// When nothing is named, the file is there already, or AWS refuses.
pub async fn run(global: &GlobalArgs, args: ConfigInitArgs) -> Result<ExitCode, Error> {
    if args.file.exists() && !args.force {
        return Err(Error::Usage {
            message: format!("{} is there already", args.file.display()),
            hint: "write over it with --force, or name another file with --file".into(),
        });
    }
    let name = global.pipeline.as_deref().unwrap_or(DEFAULT_NAME);
    if name == LOCAL {
        return Err(Error::Usage {
            message: "`local` is the embedded pipeline, which needs no configuration".into(),
            hint: "give yours another name with -p".into(),
        });
    }
    let flags = context::named_by(global);
    let declared = match (&args.from_terraform, &args.from_stack) {
        (Some(path), _) => terraform(path, &flags)?,
        (None, Some(name)) => stack(global, name, &flags).await?,
        (None, None) => Declared::default(),
    };
    let mut named = flags.or(declared.named);
    if named.is_empty() {
        named.producer = Some(ask_for_producer()?);
    }
    let mut draft = Draft {
        name: name.to_owned(),
        named,
        region: global.region.clone().or(declared.region),
        profile: global.profile.clone(),
        endpoint_url: global.endpoint_url.clone(),
        messages: learned_messages(global),
        found: None,
    };
    if !args.offline {
        look(global, &mut draft).await?;
    }
    write(&args.file, &draft.text(), args.force)?;
    super::output(print(&format!(
        "wrote {}: pipeline `{}`\n",
        args.file.display(),
        draft.name
    )))?;
    hint(
        global,
        "edactl config show tells what is in force; edactl verify EVENT tries it",
    );
    Ok(ExitCode::Success)
}

/// The shape that a run with the same options taught.
fn learned_messages(global: &GlobalArgs) -> Option<String> {
    Some(Route::learned_shape(global)?.read()?.to_string())
}

/// Finds the rest of the pipeline, which also shows that what was named is there.
async fn look(global: &GlobalArgs, draft: &mut Draft) -> Result<(), Error> {
    let options =
        context::session_options(global, &Clock::default(), draft.region.clone(), None, None);
    let session = Session::open(options).await?;
    draft.region = Some(session.region().to_owned());
    let discovered = discover(&session, &draft.name, &draft.named, None).await?;
    for note in &discovered.notes {
        hint(global, note);
    }
    draft.found = Some(discovered.pipeline);
    Ok(())
}

fn ask_for_producer() -> Result<String, Error> {
    let unnamed = || Error::Usage {
        message: "no pipeline is named to write down".into(),
        hint:
            "name its producer with --producer, or take it from Terraform with --from-terraform DIR"
                .into(),
    };
    let answer = ask("The producer function (name or ARN): ")?;
    answer
        .filter(|answer| !answer.is_empty())
        .ok_or_else(unnamed)
}

fn write(path: &Path, text: &str, force: bool) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|source| Error::Io {
            what: format!("cannot write {}", path.display()),
            source,
        })
}

/// What a stack says: outputs are enough where they name a producer; else the producer is the
/// one function of the stack that no queue invokes.
async fn stack(global: &GlobalArgs, name: &str, flags: &Named) -> Result<Declared, Error> {
    let options = context::session_options(global, &Clock::default(), None, None, None);
    let session = Session::open(options).await?;
    let stack = Stack::new(&session, name);
    let outputs = stack.outputs().await?;
    let outputs = outputs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let declared = infrastructure::from_outputs(outputs);
    if declared.is_enough() || flags.producer.is_some() {
        return Ok(declared);
    }
    // All at once: asked for one function, Lambda leaves out the triggers of its aliases.
    let triggers = Functions::new(&session).triggers(None, None).await?;
    let mut functions = stack.functions().await?;
    functions.retain(|name| triggers.iter().all(|known| known.function_name() != name));
    let producer = infrastructure::producer_among(functions)?;
    if producer.is_none() && declared.named.queue.is_none() {
        return Err(Error::Usage {
            message: format!("the stack `{name}` has no function that could be a producer"),
            hint: "name the producer with --producer".into(),
        });
    }
    let declared_too = Declared {
        named: Named {
            producer,
            ..Named::default()
        },
        region: None,
    };
    Ok(declared.or(declared_too))
}

/// What Terraform says: a directory is asked, a file was asked before. Outputs are enough where
/// they name a producer; else the resources tell.
fn terraform(path: &Path, flags: &Named) -> Result<Declared, Error> {
    let declared = if path.is_dir() {
        let outputs = infrastructure::from_terraform(&run_terraform(path, "output")?, flags)?;
        if outputs.is_enough() {
            outputs
        } else {
            let state = run_terraform(path, "show")?;
            outputs.or(infrastructure::from_terraform(&state, flags)?)
        }
    } else {
        let text = fs::read_to_string(path).map_err(|error| Error::Usage {
            message: format!("cannot read {}: {error}", path.display()),
            hint: "give a directory, or what `terraform output -json` printed".into(),
        })?;
        let document = json(&text, &path.display().to_string())?;
        infrastructure::from_terraform(&document, flags)?
    };
    if declared.is_enough() || flags.producer.is_some() || declared.named.queue.is_some() {
        return Ok(declared);
    }
    Err(Error::Usage {
        message: format!("Terraform knows no pipeline in {}", path.display()),
        hint: "apply it first, or name the producer with --producer".into(),
    })
}

fn run_terraform(dir: &Path, what: &str) -> Result<Value, Error> {
    let shown = format!("`terraform {what} -json` in {}", dir.display());
    let ran = Command::new("terraform")
        .args([what, "-json"])
        .current_dir(dir)
        .output()
        .map_err(|error| Error::Usage {
            message: format!("cannot run {shown}: {error}"),
            hint: "give a file with what it printed elsewhere instead".into(),
        })?;
    if !ran.status.success() {
        let said = String::from_utf8_lossy(&ran.stderr);
        let said = said.lines().map(str::trim).find(|line| !line.is_empty());
        return Err(Error::Usage {
            message: format!("{shown} failed: {}", said.unwrap_or("it says nothing")),
            hint: "run `terraform init` and `terraform apply` there first".into(),
        });
    }
    json(&String::from_utf8_lossy(&ran.stdout), &shown)
}

fn json(text: &str, origin: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|error| Error::Usage {
        message: format!("{origin} is not JSON: {error}"),
        hint: "give a directory, or what `terraform output -json` printed".into(),
    })
}
