import * as v from 'valibot';

const text = v.nullish(v.string());
const anyText = v.fallback(text, null);
const wordy = v.looseObject({ Message: anyText, message: anyText });
const textOrWordy = v.fallback(v.nullish(v.union([v.string(), wordy])), null);

// ETNA's own replies come first, then the other shapes that its servers have been seen to answer with.
const schema = v.object({
  State: text,
  Step: text,
  Token: text,
  Reason: anyText,
  ConfirmationToken: anyText,
  PersonalPhrase: anyText,
  Image: anyText,
  Message: anyText,
  message: anyText,
  error: textOrWordy,
  Error: textOrWordy,
  Errors: v.fallback(v.nullish(v.array(textOrWordy)), null),
});

/** The body of a reply, as far as its fields mean anything to a login. */
export type Body = v.InferOutput<typeof schema>;

/** Reads a body, or tells what else it is. */
export function parseBody(body: string): Body | 'empty' | 'not JSON' | 'not what ETNA answers' {
  if (body.trim() === '') return 'empty';
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return 'not JSON';
  }
  const parsed = v.safeParse(schema, json);
  return parsed.success && !Array.isArray(json) ? parsed.output : 'not what ETNA answers';
}

/** The words that a reply has for people, wherever it keeps them. */
export function wordsOf(body: Body): string | null {
  const candidates = [body.Reason, body.Message, body.message, body.error, body.Error, ...(body.Errors ?? [])];
  for (const candidate of candidates) {
    const words = typeof candidate === 'object' ? (candidate?.Message ?? candidate?.message) : candidate;
    if (words) return words;
  }
  return null;
}
