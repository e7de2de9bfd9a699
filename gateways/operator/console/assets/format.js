// Numbers, sizes and times as people read them.

const whole = new Intl.NumberFormat("en-GB");
const short = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 });

export const count = (n) => (n === undefined || n === null ? "" : whole.format(n));

export function bytes(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) { n /= 1024; unit += 1; }
  return `${unit ? short.format(n) : n} ${units[unit]}`;
}

/** Events a second; nothing for a rate that is not known yet. */
export function rate(n) {
  if (n === undefined || n === null) return "";
  if (n === 0) return "0/s";
  return `${n < 10 ? n.toFixed(n < 0.1 ? 2 : 1) : whole.format(Math.round(n))}/s`;
}

export function seconds(n) {
  if (n < 1) return n === 0 ? "0 s" : "<1 s";
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const at = parts.findIndex(([size]) => n >= size);
  const [size, name] = parts[at];
  const first = Math.floor(n / size);
  const next = parts[at + 1];
  const second = next ? Math.floor((n - first * size) / next[0]) : 0;
  return second ? `${first} ${name} ${second} ${next[1]}` : `${first} ${name}`;
}

/** Log time: the day only where it is another one. */
export function time(ms) {
  const at = new Date(ms);
  const clock = at.toLocaleTimeString("en-GB") + `.${String(at.getMilliseconds()).padStart(3, "0")}`;
  const day = at.toLocaleDateString("sv-SE");
  return day === new Date().toLocaleDateString("sv-SE") ? clock : `${day} ${clock}`;
}

export function exact(ms) {
  const at = new Date(ms);
  return Number.isNaN(at.valueOf()) ? String(ms) : at.toISOString();
}

export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** JSON on one line, cut. */
export function line(value, most = 160) {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** What kind of thing a record is: the event's own pair, else the schema that its headers name. */
export function kind(record) {
  const { type, subType } = record.value ?? {};
  if (type && subType) return `${type}/${subType}`;
  return record.headers.type ?? record.headers["ce-type"] ?? record.headers.ce_type ?? record.headers.kind ?? "";
}

/** What a record says beside its kind: of an event of the catalogue only what is its own. */
export const gist = (value) => line(value?.metadata ?? value?.entity ?? value);
