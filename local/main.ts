import path from 'node:path';
import { readLocalEnv } from './env.ts';
import { startPlatform, type Platform } from './platform.ts';
import { createSteps } from './steps.ts';

const help = `npm start

Starts the whole platform on this machine, on loopback alone, and stops all of it on Ctrl-C.

  PORT=5000 npm start          another port for the gateway; all others follow from it (4000)
  DATA_DIR=folder npm start    another folder for all state (.data/PORT); delete it to begin anew
  REDIS_URL=redis://… npm start    every service as a process of its own, with Redis between them
  FFMPEG_PATH=file npm start   another ffmpeg
  LOG_LEVEL=debug npm start    more in the log (info)
  DEMO_CLIPS=false npm start    without clips for the demo films (true)
  TRANSCODES_AT_ONCE=2 npm start    more transcodes at the same time (1)
`;

const query = `query FirstLook {
    search(query: "starwars", first: 3) { edges { highlight node { id name releaseDate genres { name } } } }
    plans { name price { amount currency } maxStreams maxHeight }
  }`;

/** What a newcomer wants to know once everything serves. */
function welcome({ addresses, seeded, logFile }: Platform, seconds: string): string {
  const gateway = addresses.url('gateway');
  return `
Ready in ${seconds} s.

  GraphQL            ${gateway}/graphql
  Apollo Sandbox     ${gateway}/            (in a browser; needs the internet)
  GraphiQL           ${gateway}/explorer    (works offline)
  Published schema   ${gateway}/schema.graphql
  For partners       ${gateway}/partner/graphql, /partner/schema.graphql
  Mail               ${addresses.url('mail')}
  Metrics            ${addresses.url('admin')}/metrics
  Log                ${path.relative('.', logFile)}

Demo accounts, password marquee-demo-1:
  viewer@marquee.test (has a membership), kids@marquee.test, editor@marquee.test, admin@marquee.test
Partner API key (send as x-api-key): ${seeded.partnerApiKey}

A first query to paste:
  ${query}

Then, in another terminal: npm run demo
Ctrl-C stops everything.
`;
}

async function main(): Promise<void> {
  if (process.argv.some((argument) => argument === '--help' || argument === '-h'))
    return void process.stdout.write(help);
  const started = performance.now();
  const interrupted = new AbortController();
  let platform: Platform | undefined;
  let stopping = false;
  const stop = (reason: string, exitCode: number): void => {
    if (stopping) process.exit(1); // a second signal: whoever sent it does not want to wait
    stopping = true;
    console.log(`${reason}: stopping…`);
    interrupted.abort();
    platform?.close().then(
      () => {
        console.log('Stopped.');
        process.exit(exitCode);
      },
      (error: unknown) => {
        console.error(`The stop failed: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal, 0));

  console.log('Marquee');
  const steps = createSteps((line) => console.log(line), interrupted.signal);
  try {
    platform = await startPlatform(readLocalEnv(), steps, (reason) => {
      if (!stopping) stop(reason, 1);
    });
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.log('Stopped.'); // what had been started was stopped by startPlatform
    process.exit(0);
  }
  if (interrupted.signal.aborted) await platform.close().then(() => process.exit(0));
  console.log(welcome(platform, ((performance.now() - started) / 1000).toFixed(1)));
}

main().catch((error: unknown) => {
  console.error(`  ✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
