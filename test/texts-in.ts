/** Every text that can be reached from a value: by properties of any kind, and by the entries of maps and sets. */
export function textsIn(value: unknown, seen = new Set<unknown>()): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object' || seen.has(value)) return [];
  seen.add(value);
  const entries = value instanceof Map || value instanceof Set ? [...value].flat() : [];
  const properties = Reflect.ownKeys(value).flatMap((key) => {
    const property = Reflect.getOwnPropertyDescriptor(value, key);
    return [String(key), property?.value, property?.get?.call(value)];
  });
  return [...entries, ...properties].flatMap((part) => textsIn(part, seen));
}
