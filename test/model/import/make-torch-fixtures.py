#!/usr/bin/python3
"""Writes fixtures/torch-*.onnx: small recurrent classifiers as PyTorch's exporter writes them, for the tests beside this file.

Run with Debian's python3-torch and python3-onnx:  /usr/bin/python3 test/model/import/make-torch-fixtures.py [FOLDER]

Every file is made with its own seed, so that a run of the same PyTorch gives the same bytes.
"""

import os
import sys

import torch
from torch import nn

INPUT, HIDDEN, CLASSES, FRAMES = 5, 6, 3, 11


class Classifier(nn.Module):
    def __init__(self, layers=1, batch_first=True, take="output", softmax=None, **options):
        super().__init__()
        self.layers, self.batch_first, self.take, self.softmax = layers, batch_first, take, softmax
        self.options = options
        width = options.get("hidden", HIDDEN)
        self.gru = options.get("recurrence", nn.GRU)(
            INPUT,
            width,
            layers,
            batch_first=batch_first,
            dropout=0.2 if layers > 1 else 0,
            bias=options.get("gru_bias", True),
            bidirectional=options.get("bidirectional", False),
            **({"nonlinearity": options["nonlinearity"]} if "nonlinearity" in options else {}),
        )
        directions = 2 if options.get("bidirectional") else 1
        self.head = nn.Linear(directions * width, CLASSES, bias=options.get("bias", True))
        self.register_buffer("mean", torch.linspace(-3, 3, INPUT))
        self.register_buffer("deviation", torch.linspace(0.5, 2, INPUT))
        self.register_buffer("factor", torch.linspace(0.4, 3, INPUT))

    def forward(self, features):
        options = self.options
        x = features
        if options.get("transposed"):
            x = x.transpose(1, 2)
        if options.get("normalise") == "divide":
            x = (x - self.mean) / self.deviation
        if options.get("normalise") == "multiply":
            x = x * self.factor + self.mean
        if options.get("relu_first"):
            x = torch.relu(x)
        time = 1 if self.batch_first else 0
        batch = x.shape[1 - time]
        first = None
        if options.get("initial") == "zeros":
            first = torch.zeros(self.layers, batch, HIDDEN)
        if options.get("initial") == "expanded":
            first = torch.zeros(self.layers, 1, HIDDEN).expand(-1, batch, -1).contiguous()
        if options.get("initial") == "ones":
            first = torch.ones(self.layers, batch, HIDDEN)
        states, last = self.gru(x, first) if first is not None else self.gru(x)
        if self.take == "output":
            pooled = states[:, -1] if self.batch_first else states[-1]
        elif self.take == "kept":
            pooled = states[:, -1:, :].flatten(1)
        elif self.take == "hidden":
            pooled = (last[0] if options.get("recurrence") is nn.LSTM else last)[-1]
        elif self.take == "memory":
            pooled = last[1][-1]
        elif self.take == "squeezed":
            pooled = last.squeeze(0)
        elif self.take == "mean":
            pooled = states.mean(dim=time)
        elif self.take == "pool":
            pooled = nn.functional.adaptive_avg_pool1d(states.transpose(1, 2), 1).flatten(1)
        elif self.take == "frame-logits":
            return self.head(states).mean(dim=time)
        elif self.take == "max":
            pooled = states.max(dim=time).values
        elif self.take == "first":
            pooled = states[:, 0]
        logits = self.head(pooled)
        if options.get("relu_last"):
            logits = torch.relu(logits)
        if self.softmax == "softmax":
            return torch.softmax(logits, dim=-1)
        if self.softmax == "log":
            return torch.log_softmax(logits, dim=1)
        return (logits, last) if options.get("also_hidden") else logits


# name → (classifier, export)
CASES = {
    "last-batch-first": (dict(), dict()),
    "last-frames-first": (dict(batch_first=False), dict()),
    "kept-axis": (dict(take="kept"), dict()),
    "hidden-1": (dict(take="hidden"), dict()),
    "hidden-3": (dict(take="hidden", layers=3), dict()),
    "squeezed": (dict(take="squeezed", batch_first=False), dict()),
    "mean-batch-first": (dict(take="mean", layers=2), dict()),
    "mean-frames-first": (dict(take="mean", batch_first=False), dict()),
    "pool": (dict(take="pool"), dict()),
    "frame-logits": (dict(take="frame-logits", layers=2), dict()),
    "softmax": (dict(layers=2, softmax="softmax"), dict()),
    "log-softmax": (dict(take="mean", softmax="log"), dict()),
    "fixed-sizes": (dict(layers=2), dict(dynamic=False)),
    "fixed-mean": (dict(take="mean", batch_first=False), dict(dynamic=False)),
    "fixed-batch-of-one": (dict(take="squeezed"), dict(dynamic=False, batch=1)),
    "unfolded": (dict(layers=2), dict(folding=False)),
    "unfolded-mean": (dict(take="mean", batch_first=False, softmax="softmax"), dict(folding=False)),
    "zeros": (dict(layers=2, initial="zeros"), dict()),
    "zeros-frames-first": (dict(initial="zeros", batch_first=False), dict(folding=False)),
    "expanded": (dict(layers=2, initial="expanded"), dict()),
    "expanded-unfolded": (dict(initial="expanded"), dict(folding=False)),
    "normalised": (dict(normalise="divide"), dict()),
    "scaled": (dict(normalise="multiply", take="mean"), dict()),
    "transposed": (dict(transposed=True), dict()),
    "no-biases": (dict(bias=False, gru_bias=False), dict()),
    "two-outputs": (dict(also_hidden=True, layers=2), dict()),
    "opset-9": (dict(layers=2, take="kept"), dict(opset=9)),
    "opset-11": (dict(layers=2, take="mean", softmax="softmax"), dict(opset=11)),
    "opset-17": (dict(layers=2, softmax="softmax"), dict(opset=17)),
}

# Other recurrences than the GRU; after all others, whose seeds are their places.
RECURRENCES = {
    "lstm": (dict(recurrence=nn.LSTM), dict()),
    "lstm-hidden-3": (dict(recurrence=nn.LSTM, take="hidden", layers=3), dict()),
    "lstm-mean": (dict(recurrence=nn.LSTM, take="mean", layers=2), dict(folding=False)),
    "rnn": (dict(recurrence=nn.RNN, layers=2), dict()),
    "rnn-mean-frames-first": (dict(recurrence=nn.RNN, take="mean", batch_first=False), dict()),
    "refused-lstm-memory": (dict(recurrence=nn.LSTM, take="memory"), dict()),
    "refused-rnn-relu": (dict(recurrence=nn.RNN, nonlinearity="relu"), dict()),
}

# What has no place in Heed's network; named `refused-…`.
REFUSED = {
    "bidirectional": (dict(bidirectional=True), dict()),
    "mixed": (dict(), dict(mixed=True)),
    "initial-ones": (dict(initial="ones"), dict()),
    "relu-before": (dict(relu_first=True), dict()),
    "relu-after": (dict(relu_last=True), dict()),
    "max-pooling": (dict(take="max"), dict()),
    "first-frame": (dict(take="first"), dict()),
}


class Mixed(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(INPUT, HIDDEN, batch_first=True), nn.Linear(HIDDEN, CLASSES)
        self.gru = nn.GRU(HIDDEN, HIDDEN, batch_first=True)

    def forward(self, x):
        return self.head(self.gru(self.lstm(x)[0])[0][:, -1])


def export(path, seed, model, export):
    torch.manual_seed(seed)
    classifier = Mixed() if export.get("mixed") else Classifier(**model)
    batch_first, transposed = model.get("batch_first", True), model.get("transposed")
    batch = export.get("batch", 2)
    sizes = (batch, INPUT, FRAMES) if transposed else (batch, FRAMES, INPUT) if batch_first else (FRAMES, batch, INPUT)
    names = {0: "batch", 2 if transposed else 1: "frames"} if batch_first else {0: "frames", 1: "batch"}
    outputs = ["probabilities" if model.get("softmax") == "softmax" else "logits"]
    if model.get("also_hidden"):
        outputs.append("hidden")
    torch.onnx.export(
        classifier.eval(),
        torch.randn(sizes),
        path,
        input_names=["features"],
        output_names=outputs,
        opset_version=export.get("opset", 13),
        do_constant_folding=export.get("folding", True),
        dynamic_axes={"features": names} if export.get("dynamic", True) else None,
    )


folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "fixtures")
for seed, (name, (model, options)) in enumerate(
    {**CASES, **{f"refused-{n}": c for n, c in REFUSED.items()}, **RECURRENCES}.items()
):
    export(os.path.join(folder, f"torch-{name}.onnx"), seed, model, options)
