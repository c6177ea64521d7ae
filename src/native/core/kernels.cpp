// The kernels of one instruction set. Compiled once for each, with HEED_ISA (a namespace), HEED_ISA_<NAME> and the
// compiler's flags for it.
#include "dropout.h"
#include "example_render.h"
#include "float16.h"
#include "fma_peak.h"
#include "layer_backward.h"
#include "layer_forward.h"
#include "layer_panels.h"
#include "mfcc_frames.h"
#include "optimiser.h"
#include "stream_step.h"

namespace heed {
namespace HEED_ISA {

#define HEED_TEXT(x) #x
#define HEED_NAME(x) HEED_TEXT(x)

#if defined(HEED_ISA_AVX512BF16)
constexpr bool hasBf16Instructions = true;
#else
constexpr bool hasBf16Instructions = false;
#endif

template <class Format>
constexpr LayerKernels layerKernels() {
  return {packForward<Format>, packBackward<Format>, forwardLayer<Format>, backwardLayer<Format>, streamGates<Format>,
          streamState<Format>, packSparse,           packFactors,          fmaPeak<Format>};
}

constexpr LayerKernels float16Kernels() {
  LayerKernels kernels{};
#if defined(HEED_ISA_AVX512FP16)
  kernels.packForward = packForward<Float16>;
  kernels.packBackward = packBackward<Float16>;
  kernels.forwardLayer = forwardLayer<Float16>;
  kernels.backwardLayer = backwardLayer<Float16>;
  kernels.peak = fmaPeak<Float16>;
#endif
  return kernels;
}

const Kernels& kernels() {
  static const Kernels table = {
      HEED_NAME(HEED_ISA),
      vectorWidth,
      tileRows,
      hasBf16Instructions,
      {layerKernels<Float32>(), layerKernels<BFloat16>(), float16Kernels()},
      dense,
      addScaled,
      sumOfSquares,
      dropUnits,
      accumulate,
      adam,
      mfccFrames,
      makeExample,
  };
  return table;
}

}  // namespace HEED_ISA
}  // namespace heed
