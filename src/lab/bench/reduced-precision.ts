import type { NativeAddon } from '../../native/addon.ts';
import type { ComputeBackend, Precision } from '../../nn/network.ts';

/** The native core that is measured, and the kernels it uses. */
export interface BenchCore {
  readonly addon: NativeAddon;
  readonly instructionSet: string;
}

/** Formats of 16 bits, in which instructions do two multiply-adds in each lane. */
export type ReducedPrecision = Exclude<Precision, 'float32'>;

/** What was measured in such a format too. */
export type Reduced<Figures> = Figures & { readonly precision: ReducedPrecision };

/** Heed's core with products in such a format. */
export interface ReducedBackend {
  readonly precision: ReducedPrecision;
  readonly backend: ComputeBackend;
}

/** The formats that these kernels have instructions for. */
export function reducedPrecisions({ addon, instructionSet }: BenchCore): ReducedPrecision[] {
  return [
    ...(addon.bf16InstructionSets.includes(instructionSet) ? (['bfloat16'] as const) : []),
    ...(addon.float16InstructionSets.includes(instructionSet) ? (['float16'] as const) : []),
  ];
}
