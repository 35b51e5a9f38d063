import path from 'node:path';
import { createApi } from './api.ts';
import { readDemoEnv } from './env.ts';
import { createProgressBar } from './progress-bar.ts';
import { playStory } from './story.ts';

const help = `npm run demo [-- --file VIDEO] [-- --url URL] [-- --mail URL]

Drives a running platform (npm start) through its main job as a client would: register, confirm by mail, join a plan,
upload a video, follow its transcode, publish and search it, play it through the edge, and continue watching it.

  --file VIDEO   the video to upload instead of the demo's own
  --url URL      the gateway; http://127.0.0.1:PORT unless given, with PORT 4000
  --mail URL     the mail catcher; port PORT + 10 unless given

Exit code 0 if all of it worked, 1 at the first thing wrong.
`;

async function main(): Promise<void> {
  const env = readDemoEnv(process.argv.slice(2));
  if (env.help) return void process.stdout.write(help);
  const started = performance.now();
  const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1).padStart(5);
  const api = createApi(env.gatewayUrl);
  const ready = await fetch(`${env.gatewayUrl}/health/ready`).catch(() => undefined);
  if (!ready?.ok)
    throw new Error(
      `Nothing is ready at ${env.gatewayUrl}. Start the platform with "npm start" in another terminal (same PORT), wait for its addresses, and try again.`,
    );

  console.log(`Demo against ${env.gatewayUrl}`);
  await playStory({
    api,
    mailUrl: env.mailUrl,
    file: path.resolve(env.file ?? path.join(import.meta.dirname, 'clip.mp4')),
    bar: createProgressBar,
    async step(name, work) {
      const start = performance.now();
      let note = '';
      try {
        const result = await work((text) => (note = text));
        console.log(`  ✔ ${name.padEnd(22)} ${seconds(start)} s  ${note}`);
        return result;
      } catch (error) {
        throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    },
  });
  console.log(`All of it worked, in ${seconds(started).trim()} s.`);
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(`  ✘ ${error.message}`);
    process.exit(1);
  },
);
