import type { Expectation } from '../../machines/vocabulary.ts';

// `SecutityPin` is ETNA's own spelling; the other one has been observed too.
const defaults = { VerificationCode: 'VerificationCode', SecutityPin: 'PinCode', SecurityPin: 'PinCode' };

/** The header that carries the response to a step; `undefined` for an unknown step. */
export function challengeHeader(step: string, configured: Readonly<Record<string, string>> = {}): string | undefined {
  return new Map(Object.entries({ ...defaults, ...configured })).get(step);
}

/** The kind of response that a step requires. */
export function kindOf(step: string): Expectation['kind'] {
  if (step === 'VerificationCode') return 'code';
  return step.endsWith('Pin') ? 'pin' : 'other';
}
