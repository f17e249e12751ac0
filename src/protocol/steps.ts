import type { Expectation } from '../../machines/vocabulary.ts';

// `SecutityPin` is ETNA's own spelling; the other one has been observed too.
const defaults = { VerificationCode: 'VerificationCode', SecutityPin: 'PinCode', SecurityPin: 'PinCode' };

/** The header that carries the response to a step; `undefined` for an unknown step, and for a name that no header can have. */
export function challengeHeader(step: string, configured: Readonly<Record<string, string>> = {}): string | undefined {
  const header = new Map(Object.entries({ ...defaults, ...configured })).get(step);
  return header && /^[\w!#$%&'*+.^`|~-]+$/.test(header) ? header : undefined;
}

/** The kind of response that a step requires. */
export function kindOf(step: string): Expectation['kind'] {
  if (step === 'VerificationCode') return 'code';
  return step.endsWith('Pin') ? 'pin' : 'other';
}
