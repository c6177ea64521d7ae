// How each platform's compiler is found and called.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const defines = [
  'NAPI_VERSION=8',
  // What C++ throws reaches JavaScript as an error; in an environment that is ending it is dropped, not fatal.
  'NODE_ADDON_API_CPP_EXCEPTIONS',
  'NODE_ADDON_API_CPP_EXCEPTIONS_ALL',
  'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
  'NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED',
];

/** The instruction sets that kernels.cpp is compiled for on this processor's family, by every compiler that can build Heed. */
const commonSets = { x64: ['sse2', 'avx2', 'avx512', 'avx512bf16'], arm64: ['neon'] }[process.arch] ?? ['scalar'];

const avx512Flags = ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mfma'];
const gccFlags = {
  sse2: ['-msse2'],
  avx2: ['-mavx2', '-mfma'],
  avx512: avx512Flags,
  avx512bf16: [...avx512Flags, '-mavx512bf16'],
  avx512fp16: [...avx512Flags, '-mavx512bf16', '-mavx512fp16', '-mf16c'],
  neon: [],
  scalar: [],
};
const msvcFlags = {
  sse2: [],
  avx2: ['/arch:AVX2'],
  avx512: ['/arch:AVX512'],
  avx512bf16: ['/arch:AVX512'],
  neon: [],
  scalar: [],
};

const setDefines = (set) => (set ? [`HEED_ISA=${set}`, `HEED_ISA_${set.toUpperCase()}`] : []);

/**
 * The compiler of this machine: { id, instructionSets, objectSuffix, env, compile(unit), link(objects, out) }.
 * Throws where there is none.
 */
export async function compilerFor({ include, headers, out }) {
  return process.platform === 'win32' ? msvc(include, headers, out) : unixCompiler(include);
}

/** What GCC and Clang are told for the kernels of one instruction set. */
export const kernelFlags = (set) => [...gccFlags[set], ...setDefines(set).map((define) => `-D${define}`)];

/** The name of this machine's C++ compiler (CXX where that is one), or undefined. */
export function findUnixCompiler() {
  return [process.env.CXX, 'c++', 'g++', 'clang++'].filter(Boolean).find((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** The sets that this compiler builds kernels for: for float16 GCC does from version 12 on, Clang from 14 on. */
export function instructionSetsOf(compiler) {
  if (process.arch !== 'x64') return commonSets;
  const program = '#include <immintrin.h>\n__m512h twice(__m512h x) { return _mm512_add_ph(x, x); }\n';
  try {
    execFileSync(compiler, [...gccFlags.avx512fp16, '-x', 'c++', '-fsyntax-only', '-'], {
      input: program,
      stdio: 'pipe',
    });
    return [...commonSets, 'avx512fp16'];
  } catch {
    return commonSets;
  }
}

/** What the files that are not kernels are told of them. */
export const setNames = (sets) => (sets.includes('avx512fp16') ? ['HEED_HAS_AVX512FP16'] : []);

function unixCompiler(include) {
  const found = findUnixCompiler();
  if (!found) throw new Error('no C++ compiler was found');
  const sets = instructionSetsOf(found);
  const version = execFileSync(found, ['--version']).toString().split('\n')[0];
  const common = [
    '-std=c++17',
    '-fPIC',
    '-fvisibility=hidden',
    '-Wno-maybe-uninitialized',
    '-Wno-unknown-warning-option',
  ];
  return {
    id: `${found} ${version}`,
    instructionSets: sets,
    objectSuffix: '.o',
    env: process.env,
    compile: ({ file, set, object }) => ({
      command: found,
      args: [
        ...common,
        set ? '-O3' : '-O2',
        ...(set ? kernelFlags(set) : []),
        ...[...defines, ...setNames(sets)].map((define) => `-D${define}`),
        ...include.map((folder) => `-I${folder}`),
        '-c',
        file,
        '-o',
        object,
      ],
    }),
    link: (objects, binary) => ({
      command: found,
      // Node itself provides the N-API symbols when it loads the file.
      args: [
        ...(process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-pthread']),
        ...objects,
        '-o',
        binary,
      ],
    }),
  };
}

function msvc(include, headers, out) {
  const env = visualStudioEnvironment();
  mkdirSync(out, { recursive: true });
  // Windows links against an import library, made here from the list of N-API's symbols.
  const { js_native_api_def: engineSymbols, node_api_def: nodeSymbols } = headers.def_paths;
  const exported = [engineSymbols, nodeSymbols].map((file) => readFileSync(file, 'utf8').replace(/^[^]*?EXPORTS/, ''));
  const definition = join(out, 'node_api.def');
  writeFileSync(definition, `NAME NODE.EXE\nEXPORTS\n${exported.join('\n')}`);
  const library = join(out, 'node_api.lib');
  const machine = process.arch === 'arm64' ? 'ARM64' : 'X64';
  execFileSync('lib.exe', ['/nologo', `/def:${definition}`, `/out:${library}`, `/machine:${machine}`], {
    env,
    stdio: 'ignore',
  });
  return {
    id: `msvc ${env.VCToolsVersion ?? ''}`,
    instructionSets: commonSets,
    objectSuffix: '.obj',
    env,
    compile: ({ file, set, object }) => ({
      command: 'cl.exe',
      args: [
        ...['/nologo', '/std:c++17', '/O2', '/EHsc', '/MT'],
        ...(set ? msvcFlags[set] : []),
        ...[...defines, ...setDefines(set), 'NOMINMAX'].map((define) => `/D${define}`),
        ...include.map((folder) => `/I${folder}`),
        '/c',
        file,
        `/Fo${object}`,
      ],
    }),
    link: (objects, binary) => ({
      command: 'link.exe',
      args: ['/nologo', '/dll', ...objects, library, 'delayimp.lib', '/delayload:node.exe', `/out:${binary}`],
    }),
  };
}

/** The variables that Visual Studio's own prompt sets. */
function visualStudioEnvironment() {
  if (process.env.VCToolsInstallDir) return process.env;
  const finder = join(process.env['ProgramFiles(x86)'] ?? '', 'Microsoft Visual Studio', 'Installer', 'vswhere.exe');
  if (!existsSync(finder)) throw new Error('Visual Studio with C++ was not found');
  const folder = execFileSync(finder, ['-latest', '-products', '*', '-property', 'installationPath']).toString().trim();
  const script = join(
    folder,
    'VC',
    'Auxiliary',
    'Build',
    process.arch === 'arm64' ? 'vcvarsarm64.bat' : 'vcvars64.bat',
  );
  if (!existsSync(script)) throw new Error("Visual Studio's C++ tools are not installed");
  const listing = execFileSync('cmd.exe', ['/s', '/c', `"${script}" >nul && set`], {
    windowsVerbatimArguments: true,
  }).toString();
  const env = {};
  for (const line of listing.split(/\r?\n/)) {
    const at = line.indexOf('=');
    if (at > 0) env[line.slice(0, at)] = line.slice(at + 1);
  }
  return env;
}
