import type { Auth } from 'etna-auth';
import { useSyncExternalStore } from 'react';
import { scenarioAt } from './scenarios.ts';
import { type Broker, openScenario, openServer, type Scene } from './scene.ts';

declare global {
  interface Window {
    /** The login that is shown, for whoever opens the console. */
    auth: Auth;
  }
}

const listeners = new Set<() => void>();
let current = openScenario(scenarioAt(location.hash));
window.auth = current.auth;
addEventListener('hashchange', startOver);

function show(scene: Scene): void {
  current[Symbol.dispose]();
  current = scene;
  window.auth = scene.auth;
  for (const listener of listeners) listener();
}

/** Shows the scenario of the page's address from its beginning. */
export function startOver(): void {
  show(openScenario(scenarioAt(location.hash)));
}

/** Shows a login to a server that is really there. */
export function connect(broker: Broker): void {
  show(openServer(broker));
}

/** What is shown. */
export function useScene(): Scene {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
