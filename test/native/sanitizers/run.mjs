// Builds the core's own test (core_test.cpp) under AddressSanitizer with UndefinedBehaviorSanitizer, and again under
// ThreadSanitizer, and runs both: a line each, exit code 1 where one of them found something. Where the machine has no
// compiler, or no such sanitizer, it says so in one line and is content.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findUnixCompiler, instructionSetsOf, kernelFlags, setNames } from '../../../src/native/build/compilers.mjs';

const execute = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const core = join(here, '..', '..', '..', 'src', 'native', 'core');

/** The part of the core that knows no JavaScript. */
const coreSources = [
  'attention',
  'instruction_sets',
  'mfcc_plan',
  'network',
  'network_stream',
  'network_training',
  'thread_pool',
];

// The test provokes that memory runs out: malloc answers null above this size.
const smallMemory = 'allocator_may_return_null=1:max_allocation_size_mb=256';

const sanitizers = [
  {
    name: 'address,undefined',
    flags: ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
    env: { ASAN_OPTIONS: smallMemory, UBSAN_OPTIONS: 'print_stacktrace=1' },
  },
  { name: 'thread', flags: ['-fsanitize=thread'], env: { TSAN_OPTIONS: `halt_on_error=1:${smallMemory}` } },
];

/** Runs a command; what it printed, and whether all went well. */
async function attempt(command, args, options = {}) {
  try {
    const { stdout } = await execute(command, args, { maxBuffer: 1 << 26, ...options });
    return { fine: true, output: stdout };
  } catch (error) {
    return { fine: false, output: `${error.stdout ?? ''}${error.stderr ?? ''}` || String(error.message) };
  }
}

/** Whether this machine builds and starts a program under these flags. */
async function works(compiler, { flags, env }, folder) {
  const [source, program] = [join(folder, 'probe.cpp'), join(folder, 'probe')];
  writeFileSync(source, '#include <vector>\nint main(int n, char**) { return std::vector<int>(n + 1)[n]; }\n');
  const built = await attempt(compiler, [...flags, source, '-o', program]);
  return built.fine && (await attempt(program, [], { env: { ...process.env, ...env } })).fine;
}

function units(sets) {
  const tests = readdirSync(here).filter((name) => name.endsWith('.cpp'));
  return [
    // The longest first.
    ...sets.map((set) => ({
      name: `kernels-${set}`,
      file: join(core, 'kernels.cpp'),
      own: kernelFlags(set),
    })),
    ...tests.map((name) => ({ name: name.replace('.cpp', ''), file: join(here, name), own: [] })),
    ...coreSources.map((name) => ({ name, file: join(core, `${name}.cpp`), own: [] })),
  ];
}

/** The program's path, or what the compiler said. */
async function build(compiler, { flags }, folder) {
  const sets = instructionSetsOf(compiler);
  const all = units(sets);
  const queue = [...all];
  const errors = [];
  const work = async () => {
    for (let unit = queue.shift(); unit && errors.length === 0; unit = queue.shift()) {
      const { file, own, name } = unit;
      const args = [
        '-std=c++17',
        '-O1',
        '-g',
        '-w',
        ...flags,
        ...own,
        ...setNames(sets).map((name) => `-D${name}`),
        `-I${core}`,
        '-c',
        file,
        '-o',
        join(folder, `${name}.o`),
      ];
      const { fine, output } = await attempt(compiler, args);
      if (!fine) errors.push(output);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
  const program = join(folder, 'core-test');
  if (errors.length === 0) {
    const objects = all.map(({ name }) => join(folder, `${name}.o`));
    const { fine, output } = await attempt(compiler, [...flags, ...objects, '-pthread', '-o', program]);
    if (!fine) errors.push(output);
  }
  return errors.length === 0 ? { program } : { error: errors[0] };
}

/** One line about this sanitizer; false where it found something. */
async function check(compiler, sanitizer) {
  const started = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'heed-sanitizer-'));
  const say = (what) => console.log(`core under -fsanitize=${sanitizer.name}: ${what}`);
  try {
    if (!(await works(compiler, sanitizer, folder))) {
      say(`skipped, ${compiler} has it not here`);
      return true;
    }
    const { program, error } = await build(compiler, sanitizer, folder);
    if (error) {
      say(`was not built\n${error.slice(0, 4000)}`);
      return false;
    }
    const { fine, output } = await attempt(program, [], {
      env: { ...process.env, ...sanitizer.env },
      timeout: 1_200_000,
    });
    const seconds = Math.round((Date.now() - started) / 1000);
    say(fine ? `${output.trim()}, clean (${seconds} s)` : `FAILED\n${output.slice(0, 8000)}`);
    return fine;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const compiler = process.platform === 'win32' ? undefined : findUnixCompiler();
if (!compiler) console.log('The core was not checked under sanitizers: no compiler that has them was found.');
else for (const sanitizer of sanitizers) if (!(await check(compiler, sanitizer))) process.exitCode = 1;
