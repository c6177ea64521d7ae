// Teaches, pauses, uses, takes back and renames until it is killed. Says on standard output when it has begun.
// Arguments: the data folder, the folder of shipped models, a seed.
import { join } from 'node:path';
import { createInProcessClient } from '../../../src/engine/in-process.ts';
import { createEngine } from '../../../src/engine/server.ts';
import { createRandom } from '../../../src/random.ts';
import { SMALL_LESSON, whenEnded } from './teach-sounds.ts';

const [home, modelsFolder, seed] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4])];
const random = createRandom(seed, 'busy teacher');
const client = createInProcessClient(createEngine({ home, modelsFolder, cacheFolder: join(home, 'cache') }));

let { phase, used } = await client.call('teach.status', {});
process.stdout.write('teaching\n');
for (;;) {
  if (phase === 'done' || phase === 'failed') {
    const call = phase === 'done' && random.integer(3) > 0 ? 'teach.use' : 'teach.discard';
    ({ phase, used } = await client.call(call, {}));
  } else if (used && random.integer(2) === 0) ({ phase, used } = await client.call('teach.rollback', {}));
  else {
    const ended = whenEnded(client);
    if (phase === 'none') await client.call('teach.start', { settings: SMALL_LESSON });
    else await client.call('teach.resume', {});
    ({ phase, used } = await ended);
    const { words } = await client.call('words.list', {});
    const own = words.filter(({ kind }) => kind === 'word').map(({ label }) => label);
    await client.call('words.rename', { label: own[random.integer(own.length)]!, name: `word ${random.integer(1e6)}` });
  }
}
