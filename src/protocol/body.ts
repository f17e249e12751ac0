import * as v from 'valibot';

const text = v.nullish(v.string(), null);

const schema = v.looseObject({
  State: text,
  Step: text,
  Token: text,
  ConfirmationToken: text,
  PersonalPhrase: text,
  Image: text,
});

/** The body of a reply: what a login decides on, and whatever else there is. */
export type Body = v.InferOutput<typeof schema>;

/** Reads a body; nothing of what is not an object with fields of the right kind. */
export function parseBody(body: string): Partial<Body> {
  try {
    return v.parse(schema, JSON.parse(body));
  } catch {
    return {};
  }
}

// ETNA's own replies have a Reason; the others are shapes that its servers have been seen to answer with.
const places = ['Reason', 'Message', 'message', 'error', 'Error', 'Errors', '0'];

/** The words that a reply has for people, wherever it keeps them. */
export function wordsIn(value: unknown, depth = 3): string | null {
  if (typeof value === 'string') return value || null;
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  for (const place of places) {
    const words = wordsIn(Reflect.get(value, place), depth - 1);
    if (words !== null) return words;
  }
  return null;
}
