// What distinguishes one recurrent cell from another, as far as its layers are laid out by it; as src/nn/cells/cell.ts has it.
// What a cell does with its gates is in cell_tiles.h (forward), cell_gradients.h (backward) and stream_step.h (one frame).
#pragma once
#include <type_traits>

namespace heed {

enum class Cell { rnn, gru, gruResetAfter, lstm, mgu };

constexpr int mostGates = 4;

// Gates in the order in which their rows are stacked everywhere in the core:
//
//     rnn                  n            n = tanh(W·[h, x] + b)                                  h' = n
//     gru, gruResetAfter   r, z, n      see layer_forward.h                                     h' = h + z ⊙ (n − h)
//     mgu                  f, n         f = σ(W_f·[h, x] + b_f)   n = tanh(W_n·[f ⊙ h, x] + b_n) h' = h + f ⊙ (n − h)
//     lstm                 i, f, n, o   c' = f ⊙ c + i ⊙ n                                      h' = o ⊙ tanh(c')
struct CellLayout {
  int gates;    // how many, the candidate n among them
  int direct;   // how many multiply the previous state as it is; they come first, then the candidate where it does not
  bool scaled;  // r ⊙ (W_n·h + c): a gate scales the candidate's product, with a bias inside
  bool memory;  // a second vector goes from frame to frame beside the state

  // W_n·(r ⊙ h): a gate acts before the candidate's product.
  constexpr bool gated() const { return direct < gates && !scaled; }
  // The gates whose product with the state is taken along with the inputs'.
  constexpr int together() const { return scaled ? gates : direct; }
};

constexpr CellLayout cellLayout(Cell cell) {
  switch (cell) {
    case Cell::rnn: return {1, 1, false, false};
    case Cell::gru: return {3, 2, false, false};
    case Cell::gruResetAfter: return {3, 2, true, false};
    case Cell::lstm: return {4, 4, false, true};
    case Cell::mgu: break;
  }
  return {2, 1, false, false};
}

// Calls `visit` with the cell as a constant.
template <class Visit>
auto withCell(Cell cell, Visit visit) {
  switch (cell) {
    case Cell::rnn: return visit(std::integral_constant<Cell, Cell::rnn>());
    case Cell::gru: return visit(std::integral_constant<Cell, Cell::gru>());
    case Cell::gruResetAfter: return visit(std::integral_constant<Cell, Cell::gruResetAfter>());
    case Cell::lstm: return visit(std::integral_constant<Cell, Cell::lstm>());
    case Cell::mgu: break;
  }
  return visit(std::integral_constant<Cell, Cell::mgu>());
}

}  // namespace heed
