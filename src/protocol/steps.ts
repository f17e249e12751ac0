import type { Expectation } from '../../machines/vocabulary.ts';

// `SecutityPin` is ETNA's own spelling; the other has been seen too.
const defaults = { VerificationCode: 'VerificationCode', SecutityPin: 'PinCode', SecurityPin: 'PinCode' };

/** The header that answers a step, or `undefined` for a step that nobody told of. */
export function challengeHeader(step: string, configured: Readonly<Record<string, string>> = {}): string | undefined {
  return new Map(Object.entries({ ...defaults, ...configured })).get(step);
}

/** What kind of answer a step wants. */
export function kindOf(step: string): Expectation['kind'] {
  if (step === 'VerificationCode') return 'code';
  return step.endsWith('Pin') ? 'pin' : 'other';
}
