import { fillIn } from './fill-in.ts';
import type { Scenario } from './scenarios.ts';

/** What the demo user knows, at hand. It is not shown. */
export function TypingAid(props: { scenario: Scenario; state: string; isPinAsked: boolean }) {
  const { scenario, state, isPinAsked } = props;
  const { username, pin, password } = scenario.user;
  if (state === 'idle' || state === 'failed') {
    return (
      <div className="aid">
        <p>Demo user: {username}</p>
        <button type="button" onClick={() => fillIn({ username, password: scenario.password ?? password })}>
          Fill in <span className="unseen">name and password</span>
        </button>
      </div>
    );
  }
  if (isPinAsked && pin) {
    return (
      <div className="aid">
        <p>{username} knows the PIN.</p>
        <button type="button" onClick={() => fillIn({ answer: pin })}>
          Fill in <span className="unseen">the PIN</span>
        </button>
      </div>
    );
  }
  return null;
}
