import type { Auth } from 'etna-auth';
import { useSyncExternalStore } from 'react';
import { firstScenario, scenarioAt } from './scenarios.ts';
import { type Broker, openScenario, openServer, type Scene } from './scene.ts';

declare global {
  interface Window {
    /** The login that is shown, for whoever opens the console. */
    auth: Auth;
  }
}

const listeners = new Set<() => void>();
/** The address of the part of the page that asks for a server. */
export const yourServer = '#your-server';
let scenario = scenarioAt(location.hash) ?? firstScenario;
let current = openScenario(scenario);
window.auth = current.auth;

addEventListener('hashchange', () => {
  const chosen = location.hash ? scenarioAt(location.hash) : firstScenario;
  // Places within the page have addresses, too. Who comes back from one finds the login as it was.
  if (!chosen || chosen === current.server?.scenario) return;
  scenario = chosen;
  startOver();
});

function show(scene: Scene): void {
  current[Symbol.dispose]();
  current = scene;
  window.auth = scene.auth;
  for (const listener of listeners) listener();
}

/** Shows the scenario that was chosen from its beginning. */
export function startOver(): void {
  show(openScenario(scenario));
  history.replaceState(null, '', `#${scenario.name}`);
}

/** Shows a login to a server that is really there. Its address is no part of the page's. */
export function connect(broker: Broker): void {
  show(openServer(broker));
  if (location.hash !== yourServer) history.pushState(null, '', yourServer);
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
