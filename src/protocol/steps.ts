import type { Expectation } from '../../machines/vocabulary.ts';

const codeHeader = 'VerificationCode';
const pinHeader = 'PinCode';

/** What kind of answer a step wants. ETNA spells the PIN's step `SecutityPin`, and `SecurityPin` has been seen too. */
export function kindOf(step: string): Expectation['kind'] {
  if (/^VerificationCode$/i.test(step)) return 'code';
  return /^Secu[rt]ityPin$/i.test(step) ? 'pin' : 'other';
}

/** The header that answers a step, or `null` for a step that nobody told of. */
export function challengeHeader(step: string, configured: Readonly<Record<string, string>> = {}): string | null {
  if (Object.hasOwn(configured, step)) return configured[step] ?? null;
  return { code: codeHeader, pin: pinHeader, other: null }[kindOf(step)];
}
