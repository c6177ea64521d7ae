#!/usr/bin/python3
"""Writes torch-gru.json, torch-lstm.json and torch-rnn.json: gradients and training trajectories of PyTorch's recurrent
layers, for test/nn/torch-golden.test.ts.

Run with Debian's python3-torch:  /usr/bin/python3 test/nn/golden/make-torch-golden.py

All numbers are float64 and in Heed's order (src/nn/parameters.ts). PyTorch stacks its gates r, z, n and lets z keep the
old state, where Heed's z takes the new one: the update gate's numbers change sign. PyTorch has two biases per gate, whose
sum is Heed's one; so that both train alike, its second one is zero and still, except that of the GRU's candidate, which
sits inside the reset. Its LSTM stacks its gates as Heed does: i, f, n, o.
"""

import json
import os

import torch

VERSION = 1
INPUT, HIDDEN, LAYERS, CLASSES = 4, 9, 2, 3
LENGTHS, FRAMES = [5, 7, 1, 7, 3, 6], 8
STEPS, RATE, CLIP = 10, 0.02, 0.35


# Heed's name of the cell → the layer, its gates and the units of the golden network
CELLS = {
    "gru-reset-after": (torch.nn.GRU, 3, HIDDEN),
    "lstm": (torch.nn.LSTM, 4, 5),
    "rnn": (torch.nn.RNN, 1, 6),
}


class Classifier(torch.nn.Module):
    def __init__(self, cell, pooling):
        super().__init__()
        self.pooling, self.is_gru = pooling, cell == "gru-reset-after"
        layer_type, self.gates, self.hidden = CELLS[cell]
        self.recurrence = layer_type(INPUT, self.hidden, LAYERS, batch_first=True)
        self.head = torch.nn.Linear(self.hidden, CLASSES)
        trained = torch.zeros(self.gates * self.hidden)
        if self.is_gru:
            trained[2 * self.hidden :] = 1
        for layer in range(LAYERS):
            bias = getattr(self.recurrence, f"bias_hh_l{layer}")
            with torch.no_grad():
                bias.mul_(trained)
            bias.register_hook(lambda gradient: gradient * trained)

    def forward(self, inputs, lengths):
        packed = torch.nn.utils.rnn.pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
        outputs, last = self.recurrence(packed)
        if isinstance(last, tuple):
            last = last[0]
        if self.pooling == "last":
            return self.head(last[-1])
        states, _ = torch.nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True)
        return self.head(states.sum(dim=1) / lengths[:, None])

    def heed_order(self, of):
        """`of` (a parameter's values, or its gradient) of every parameter, as one vector in Heed's order."""
        parts = []
        for layer in range(LAYERS):
            names = ("weight_hh", "weight_ih", "bias_ih", "bias_hh")
            recurrent, weights, bias, second = (of(getattr(self.recurrence, f"{name}_l{layer}")) for name in names)
            for gate in range(self.gates):
                rows = slice(gate * self.hidden, (gate + 1) * self.hidden)
                sign = -1 if self.is_gru and gate == 1 else 1
                parts.append(sign * torch.cat([recurrent[rows], weights[rows]], dim=1).flatten())
                parts.append(sign * bias[rows])
            if self.is_gru:
                parts.append(second[2 * self.hidden :])
        parts += [of(self.head.weight).flatten(), of(self.head.bias)]
        return torch.cat(parts).tolist()


def make_case(cell, pooling, loss_name, seed):
    torch.manual_seed(seed)
    model = Classifier(cell, pooling)
    inputs = torch.randn(len(LENGTHS), FRAMES, INPUT, requires_grad=True)
    lengths = torch.tensor(LENGTHS)
    if loss_name == "cross-entropy":
        targets = torch.randint(CLASSES, (len(LENGTHS),))
        loss_of = torch.nn.CrossEntropyLoss()
    else:
        targets = torch.randn(len(LENGTHS), CLASSES)
        loss_of = torch.nn.MSELoss()
    case = {
        "pooling": pooling,
        "loss": loss_name,
        "inputs": inputs.flatten().tolist(),
        "targets": targets.flatten().tolist(),
        "parameters": model.heed_order(lambda p: p.detach()),
    }
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    losses, norms = [], []
    for step in range(STEPS):
        optimiser.zero_grad()
        inputs.grad = None
        logits = model(inputs, lengths)
        loss = loss_of(logits, targets)
        loss.backward()
        if step == 0:
            case["logits"] = logits.flatten().tolist()
            case["gradient"] = model.heed_order(lambda p: p.grad)
            case["inputGradient"] = inputs.grad.flatten().tolist()
        norm = torch.cat([p.grad.flatten() for p in model.parameters()]).norm().item()
        # Not clip_grad_norm_, which scales by clip / (norm + 1e-6).
        if norm > CLIP:
            for p in model.parameters():
                p.grad.mul_(CLIP / norm)
        optimiser.step()
        losses.append(loss.item())
        norms.append(norm)
    case.update(losses=losses, norms=norms, trained=model.heed_order(lambda p: p.detach()))
    return case


torch.set_default_dtype(torch.float64)
for cell, (_, _, hidden) in CELLS.items():
    golden = {
        "version": VERSION,
        "madeWith": f"PyTorch {torch.__version__}",
        "shape": {"inputSize": INPUT, "hiddenSize": hidden, "layerCount": LAYERS, "classCount": CLASSES},
        "lengths": LENGTHS,
        "frameCount": FRAMES,
        "learningRate": RATE,
        "clipNorm": CLIP,
        "cases": [make_case(cell, "last", "cross-entropy", 1), make_case(cell, "mean", "mean-squared-error", 2)],
    }
    name = f"torch-{cell.split('-')[0]}.json"
    with open(os.path.join(os.path.dirname(__file__), name), "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
