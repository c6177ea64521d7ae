// The kernels of one instruction set. Compiled once for each, with HEED_ISA (a namespace), HEED_ISA_<NAME> and the
// compiler's flags for it.
#include "example_render.h"
#include "fma_peak.h"
#include "gru_backward.h"
#include "gru_forward.h"
#include "mfcc_frames.h"
#include "optimiser.h"
#include "stream_step.h"

namespace heed {
namespace HEED_ISA {

#define HEED_TEXT(x) #x
#define HEED_NAME(x) HEED_TEXT(x)

const Kernels& kernels() {
  static const Kernels table = {
      HEED_NAME(HEED_ISA), vectorWidth,    tileRows, packForward, packBackward, forwardLayer, backwardLayer, streamStep,
      packBf16,            streamStepBf16, dense,    addScaled,   sumOfSquares, multiply,     accumulate,    adam,
      mfccFrames,          makeExample,    fmaPeak,
  };
  return table;
}

}  // namespace HEED_ISA
}  // namespace heed
