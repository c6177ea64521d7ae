#!/usr/bin/python3
"""Writes torch-gru.json: gradients and a training trajectory of PyTorch's nn.GRU, for test/nn/torch-golden.test.ts.

Run with Debian's python3-torch:  /usr/bin/python3 test/nn/golden/make-torch-golden.py

All numbers are float64 and in Heed's order (src/nn/parameters.ts). PyTorch stacks its gates r, z, n and lets z keep the
old state, where Heed's z takes the new one: the update gate's numbers change sign. PyTorch has two biases per gate, whose
sum is Heed's one; so that both train alike, its second one is zero and still for r and z, and only the candidate's, which
sits inside the reset, is trained.
"""

import json
import os

import torch

VERSION = 1
INPUT, HIDDEN, LAYERS, CLASSES = 4, 9, 2, 3
LENGTHS, FRAMES = [5, 7, 1, 7, 3, 6], 8
STEPS, RATE, CLIP = 10, 0.02, 0.35


class Classifier(torch.nn.Module):
    def __init__(self, pooling):
        super().__init__()
        self.pooling = pooling
        self.gru = torch.nn.GRU(INPUT, HIDDEN, LAYERS, batch_first=True)
        self.head = torch.nn.Linear(HIDDEN, CLASSES)
        trained = torch.cat([torch.zeros(2 * HIDDEN), torch.ones(HIDDEN)])
        for layer in range(LAYERS):
            bias = getattr(self.gru, f"bias_hh_l{layer}")
            with torch.no_grad():
                bias.mul_(trained)
            bias.register_hook(lambda gradient: gradient * trained)

    def forward(self, inputs, lengths):
        packed = torch.nn.utils.rnn.pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
        outputs, last = self.gru(packed)
        if self.pooling == "last":
            return self.head(last[-1])
        states, _ = torch.nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True)
        return self.head(states.sum(dim=1) / lengths[:, None])

    def heed_order(self, of):
        """`of` (a parameter's values, or its gradient) of every parameter, as one vector in Heed's order."""
        parts = []
        for layer in range(LAYERS):
            names = ("weight_hh", "weight_ih", "bias_ih", "bias_hh")
            recurrent, weights, bias, second = (of(getattr(self.gru, f"{name}_l{layer}")) for name in names)
            for gate in range(3):
                rows = slice(gate * HIDDEN, (gate + 1) * HIDDEN)
                sign = -1 if gate == 1 else 1
                parts.append(sign * torch.cat([recurrent[rows], weights[rows]], dim=1).flatten())
                parts.append(sign * bias[rows])
            parts.append(second[2 * HIDDEN :])
        parts += [of(self.head.weight).flatten(), of(self.head.bias)]
        return torch.cat(parts).tolist()


def make_case(pooling, loss_name, seed):
    torch.manual_seed(seed)
    model = Classifier(pooling)
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
golden = {
    "version": VERSION,
    "madeWith": f"PyTorch {torch.__version__}",
    "shape": {"inputSize": INPUT, "hiddenSize": HIDDEN, "layerCount": LAYERS, "classCount": CLASSES},
    "lengths": LENGTHS,
    "frameCount": FRAMES,
    "learningRate": RATE,
    "clipNorm": CLIP,
    "cases": [make_case("last", "cross-entropy", 1), make_case("mean", "mean-squared-error", 2)],
}
with open(os.path.join(os.path.dirname(__file__), "torch-gru.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
