/** Keys with texts of the author: names, descriptions, `reenter`. */
const words = ['id', 'type', 'initial', 'history', 'description', 'tags', 'target', 'reenter'];
/** Keys with nested configurations or names. */
const parts = ['always', 'invoke', 'src', 'onDone', 'onError', 'onSnapshot', 'entry', 'exit', 'actions', 'guard'];
const shown = new Set([...words, ...parts]);
/** Keys whose values have keys chosen by the author. */
const tables = new Set(['states', 'on', 'after']);

/**
 * The part of a machine's configuration that a diagram needs. Context, input, parameters and metadata are omitted: in a user's own machine
 * they may contain anything.
 */
export function visibleConfig(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(visibleConfig);
  // Inspectors use this name for inline code.
  if (typeof part === 'function') return { type: part.name };
  if (typeof part !== 'object' || part === null) return part;
  // Anything but a literal is the logic of a service, created by XState.
  if (Object.getPrototypeOf(part) !== Object.prototype) return {};
  const entries = Object.entries(part).flatMap(([key, value]) => {
    if (tables.has(key)) return [[key, table(value)]];
    return shown.has(key) ? [[key, visibleConfig(value)]] : [];
  });
  return Object.fromEntries(entries);
}

// XState accepts `undefined` for a table.
const table = (part: object | undefined) =>
  Object.fromEntries(Object.entries(part ?? {}).map(([key, value]) => [key, visibleConfig(value)]));
