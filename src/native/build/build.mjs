// Builds the native core with the machine's own C++ compiler and headers that came with npm; nothing is downloaded.
// Runs on `npm install`. Where it cannot be done it says so in one line and leaves the TypeScript reference to serve.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compilerFor } from './compilers.mjs';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const core = join(here, '..', 'core');
const root = join(here, '..', '..', '..');
const out = join(root, 'build', 'native');

function sources({ instructionSets }) {
  const shared = readdirSync(core).filter((name) => name.endsWith('.cpp') && name !== 'kernels.cpp');
  // From the oldest instructions to the newest: where several objects hold the same inline function, linkers keep the
  // first, and that must run on every processor.
  return [
    ...shared.map((name) => ({ name: name.replace('.cpp', ''), file: join(core, name), set: null })),
    ...instructionSets.map((set) => ({ name: `kernels-${set}`, file: join(core, 'kernels.cpp'), set })),
  ];
}

/** Changes whenever the binary would: sources, headers, compiler and flags. */
function fingerprint(compiler) {
  const hash = createHash('sha256').update(JSON.stringify([compiler.id, process.arch, process.platform]));
  for (const folder of [core, here])
    for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

async function build() {
  const require = createRequire(import.meta.url);
  const include = [require('node-api-headers').include_dir, dirname(require.resolve('node-addon-api/package.json'))];
  const compiler = await compilerFor({ include, headers: require('node-api-headers'), out });
  const binary = join(out, 'heed.node');
  const stamp = join(out, 'stamp');
  const wanted = fingerprint(compiler);
  if (existsSync(binary) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  mkdirSync(out, { recursive: true });
  const units = sources(compiler).map((unit) => ({ ...unit, object: join(out, unit.name + compiler.objectSuffix) }));
  const queue = [...units];
  const work = async () => {
    for (let unit = queue.shift(); unit; unit = queue.shift()) {
      const { command, args } = compiler.compile(unit);
      await run(command, args, { env: compiler.env, maxBuffer: 1 << 26 });
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
  const partial = join(out, `heed-${process.pid}.node`);
  const { command, args } = compiler.link(
    units.map((unit) => unit.object),
    partial,
  );
  await run(command, args, { env: compiler.env, maxBuffer: 1 << 26 });
  renameSync(partial, binary);
  writeFileSync(stamp, wanted);
}

if (process.env.HEED_NATIVE !== 'off') {
  try {
    await build();
  } catch (error) {
    const lines = String(error.stderr || error.message)
      .trim()
      .split('\n');
    // A compiler names the function before it says what is wrong in it.
    const reason = lines.find((line) => /\berror\b/.test(line)) ?? lines[0];
    console.error(`heed: the native core was not built (${reason}); Heed works without it, more slowly.`);
    if (process.argv.includes('--strict')) process.exitCode = 1;
  }
}
