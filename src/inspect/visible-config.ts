/** Keys under which a configuration has words of its author's: names, texts, `reenter`. */
const words = ['id', 'type', 'initial', 'history', 'description', 'tags', 'target', 'reenter'];
/** Keys under which it goes on, or names something. */
const parts = ['always', 'invoke', 'src', 'onDone', 'onError', 'onSnapshot', 'entry', 'exit', 'actions', 'guard'];
const shown = new Set([...words, ...parts]);
/** Keys under which there are keys of its author's. */
const tables = new Set(['states', 'on', 'after']);

/**
 * A machine's configuration as far as a diagram needs it. A context, an input, parameters and meta data are left out: whoever
 * writes a machine of their own may have put anything in there.
 */
export function visibleConfig(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(visibleConfig);
  // As inspectors name code that has no other name.
  if (typeof part === 'function') return { type: part.name };
  if (typeof part !== 'object' || part === null) return part;
  // What is no literal is the logic of a service, as XState made it.
  if (Object.getPrototypeOf(part) !== Object.prototype) return {};
  const entries = Object.entries(part).flatMap(([key, value]) => {
    if (tables.has(key)) return [[key, table(value)]];
    return shown.has(key) ? [[key, visibleConfig(value)]] : [];
  });
  return Object.fromEntries(entries);
}

// XState takes a table that is undefined.
const table = (part: object | undefined) =>
  Object.fromEntries(Object.entries(part ?? {}).map(([key, value]) => [key, visibleConfig(value)]));
