// The frame around the screens: where one is, who is signed in, whether the platform answers.

import { render } from "./vendor/preact.js";
import { useEffect, useRef, useState } from "./vendor/hooks.js";
import { Dialog, Dialogs, Fault, html, say, to } from "./parts.js";
import { refresh, useConnection, usePoll } from "./poll.js";
import { dropWish, load, signIn, signOut, useSession, wantSignIn } from "./session.js";
import { root } from "./api.js";
import { Overview } from "./screens/overview.js";
import { Flow } from "./screens/flow.js";
import { Topics } from "./screens/topics.js";
import { Records } from "./screens/records.js";
import { Processors } from "./screens/processors.js";
import { Generations } from "./screens/generations.js";
import { DeadLetters } from "./screens/dead_letters.js";
import { Explain } from "./screens/explain.js";
import { Effects } from "./screens/effects.js";
import { Verify } from "./screens/verify.js";

const SCREENS = [
  ["overview", "Overview", Overview],
  ["flow", "Flow", Flow],
  ["topics", "Topics", Topics],
  ["records", "Records", Records],
  ["processors", "Processors", Processors],
  ["generations", "Generations", Generations],
  ["dead-letters", "Dead letters", DeadLetters],
  ["effects", "Effects", Effects],
  ["explain", "Explain", Explain],
  ["verify", "Verify", Verify],
];

/** The place in the address: `#/records?topic=deployments`. */
function place() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const known = SCREENS.find(([name]) => name === path) ?? SCREENS[0];
  return { name: known[0], title: known[1], Screen: known[2], members: Object.fromEntries(new URLSearchParams(query ?? "")) };
}

function usePlace() {
  const [now, setNow] = useState(place);
  useEffect(() => {
    const moved = () => setNow(place());
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return now;
}

function SignIn() {
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get("token");
    setBusy(true);
    setError(null);
    try {
      await signIn(token);
      say("Signed in.");
    } catch (refusal) {
      setError(refusal);
    }
    setBusy(false);
  };
  return html`<${Dialog} title="Sign in" onClose=${dropWish}>
    <form onSubmit=${submit}>
      <p>Changing something needs the operator's token. This browser then keeps a session, not the token.</p>
      <input class="hidden" type="text" name="username" autocomplete="username" value="operator" readonly tabindex="-1" aria-hidden="true" />
      <label><span>Token</span><input name="token" type="password" autocomplete="current-password" required autofocus /></label>
      <${Fault} error=${error} />
      <div class="buttons">
        <button type="button" onClick=${dropWish}>Cancel</button>
        <button class="primary" type="submit" disabled=${busy}>Sign in</button>
      </div>
    </form><//>`;
}

function Connection() {
  const state = useConnection();
  const [now, setNow] = useState(Date.now());
  // Reads that were answered and no more are: the session has ended.
  useEffect(() => { if (state.locked) load().catch(() => {}); }, [state.locked]);
  useEffect(() => {
    if (!state.lost) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [state.lost]);
  if (!state.lost) return null;
  const left = Math.max(0, Math.ceil((state.retryAt - now) / 1000));
  return html`<div class="banner" role="alert">
    <span><b>The platform does not answer.</b> What is shown is old. ${left ? `Asked again in ${left} s.` : "Asking…"}</span>
    <button onClick=${refresh}>Ask now</button></div>`;
}

const THEMES = { "": ["Auto", "◐"], light: ["Light", "○"], dark: ["Dark", "●"] };

function Theme() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? "");
  const turn = () => {
    const names = Object.keys(THEMES);
    const next = names[(names.indexOf(theme) + 1) % names.length];
    if (next) document.documentElement.dataset.theme = next;
    else delete document.documentElement.dataset.theme;
    try { localStorage.setItem("worldlog-theme", next); } catch { /* then it lasts as long as the page */ }
    setTheme(next);
  };
  const [name, sign] = THEMES[theme];
  return html`<button class="quiet" onClick=${turn} aria-label="Colours: ${name}" title="Colours: ${name}"><i aria-hidden="true">${sign}</i> ${name}</button>`;
}

function Account() {
  const { who } = useSession();
  if (!who.enabled) return html`<p class="muted small">Read only: operator.token is not set.</p>`;
  return who.signedIn
    ? html`<button class="quiet" onClick=${() => signOut().then(() => say("Signed out."), (e) => say(e.message, "bad"))}>Sign out</button>`
    : html`<button class="quiet" onClick=${wantSignIn}>Sign in</button>`;
}

/** What the numbers beside the names of screens are. */
function useMarks() {
  const { data: processors } = usePoll("processors");
  const { data: dlq } = usePoll("dlq", 5000);
  const blocked = processors?.reduce((n, p) => n + p.blocked.length, 0) ?? 0;
  const letters = dlq?.reduce((n, d) => n + (d.depth ?? d.records), 0) ?? 0;
  return { processors: blocked, "dead-letters": letters };
}

function Nav({ now, open, close }) {
  const marks = useMarks();
  const { who } = useSession();
  return html`<nav id="nav" class=${open ? "open" : ""} aria-label="Screens">
    <ul>${SCREENS.map(([name, title]) => html`<li key=${name}>
      <a href=${to(name)} aria-current=${name === now.name ? "page" : undefined} onClick=${close}>
        <span>${title}</span>${marks[name] ? html`<b class="mark">${marks[name]}</b>` : null}</a></li>`)}</ul>
    <div class="foot">
      <${Theme} /><${Account} />
      <p class="muted small"><a href=${new URL("openapi.json", root).pathname}>OpenAPI</a> · ${who.version ?? ""}</p>
    </div>
  </nav>`;
}

/** `/` goes to the filter of the screen, as in many consoles. */
function useKeys() {
  useEffect(() => {
    const pressed = (event) => {
      const typing = event.target.closest?.("input, textarea, select, dialog");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const filter = document.querySelector("main input");
      if (filter) { event.preventDefault(); filter.focus(); }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}

function Locked() {
  return html`<section class="panel locked"><h1>Sign in to look</h1>
    <p class="muted">This platform shows itself to its operators only (operator.protect_reads).</p>
    <button class="primary" onClick=${wantSignIn}>Sign in</button></section>`;
}

function App() {
  const now = usePlace();
  const { who, asked } = useSession();
  const [open, setOpen] = useState(false);
  const main = useRef(null);
  const first = useRef(true);
  useKeys();
  useEffect(() => {
    document.title = `${now.title} · worldlog`;
    // Who goes on by keyboard or ear is taken along to the new screen.
    if (!first.current) main.current.querySelector("h1")?.focus();
    first.current = false;
    scrollTo(0, 0);
  }, [now.name]);
  const locked = who.protectsReads && !who.signedIn;
  return html`
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); main.current.focus(); }}>To the content</a>
    <div class="bar">
      <a class="brand" href=${to("overview")}><img src=${new URL("console/icon.svg", root).pathname} alt="" width="22" height="22" />worldlog</a>
      ${!locked && html`<button class="quiet menu" aria-expanded=${open} aria-controls="nav" onClick=${() => setOpen(!open)}>Menu</button>`}
      ${!locked && html`<${Nav} now=${now} open=${open} close=${() => setOpen(false)} />`}
    </div>
    <main id="main" tabindex="-1" ref=${main}>
      <${Connection} />
      ${locked ? html`<${Locked} />` : html`<${now.Screen} key=${now.name} ...${now.members} />`}
    </main>
    ${asked && html`<${SignIn} />`}
    <${Dialogs} />`;
}

load().catch(() => {}).finally(() => render(html`<${App} />`, document.body));
