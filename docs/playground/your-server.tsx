import { useSelector } from '@xstate/react';
import { type Auth, AuthError, stateOf } from 'etna-auth';
import { explain } from 'etna-auth/messages';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { connect, yourServer } from './current-scene.ts';
import type { ProgramScene } from './program-scene.ts';
import type { Scene } from './scene.ts';

/** Connects the screen to a real server. */
export function YourServer({ scene }: { scene: Scene | ProgramScene }) {
  const [problem, setProblem] = useState('');
  const section = useRef<HTMLElement>(null);

  // It did not exist yet when the browser looked for it.
  useEffect(() => {
    if (location.hash === yourServer) section.current?.scrollIntoView();
  }, []);

  useEffect(() => {
    if (!('server' in scene) || scene.server) return;
    document.querySelector('#screen')?.scrollIntoView();
    document.querySelector<HTMLElement>('.login input')?.focus();
  }, [scene]);

  // Not a form action: React resets the fields after one, even if the address is not valid.
  const point = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    try {
      connect({ baseUrl: String(form.get('base-url')), appKey: String(form.get('app-key')).trim() });
      setProblem('');
      event.currentTarget.reset();
    } catch (error) {
      setProblem(error instanceof AuthError ? explain(error.failure) : String(error));
    }
  };

  return (
    <section className="your-server" id="your-server" ref={section} aria-labelledby="your-server-title">
      <div>
        <h2 id="your-server-title">Use a real server</h2>
        <p>
          Connect the same screen to your broker’s ETNA Trader. The address and the key stay in this page’s memory: they
          are gone after a reload, and never appear in its address.
        </p>
        {'server' in scene && !scene.server && <Reached auth={scene.auth} />}
      </div>
      <form onSubmit={point}>
        <label>
          Base URL
          <input name="base-url" type="url" placeholder="https://…/api" autoComplete="off" required />
        </label>
        <label>
          Application key
          <input name="app-key" autoComplete="off" autoCapitalize="none" spellCheck={false} required />
        </label>
        {problem && <p role="alert">{problem}</p>}
        <button type="submit">Connect</button>
      </form>
    </section>
  );
}

/** Says so if the server cannot be reached. */
function Reached({ auth }: { auth: Auth }) {
  const login = useSelector(auth.actor, stateOf);
  const isUnreached = login.state === 'failed' && login.failure.code === 'network';
  return (
    <>
      <p role="status">
        {isUnreached &&
          `${login.failure.detail ?? 'The server could not be reached.'} Browsers do not tell a page more than that. A server must list the pages that may call it. If yours does not, use a proxy.`}
      </p>
      {isUnreached && <a href="./docs/browser.html">Browsers and proxies</a>}
    </>
  );
}
