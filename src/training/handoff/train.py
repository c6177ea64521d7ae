#!/usr/bin/env python3
"""Trains the network of a folder that `heed handoff` wrote, on as many processes as torchrun starts.

    torchrun --nproc_per_node=2 train.py                    # two processes on this machine
    torchrun --nnodes=4 --nproc_per_node=8 --rdzv_backend=c10d --rdzv_endpoint=HOST:29500 train.py

It needs PyTorch 1.13 or later and nothing else. (Should torchrun of 1.13 on Python 3.11 say "'NoneType' object has no
attribute 'get'", add --redirects=1 --tee=1.) Processes with a GPU each talk over nccl, others over gloo. A run that was
interrupted goes on from its last checkpoint when it is started again. At its end `trained.onnx` lies in this folder:

    heed import trained.onnx --recipe recipe.json --out model.onnx
"""

import argparse
import inspect
import json
import math
import os
import warnings

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

FOLDER = os.path.dirname(os.path.abspath(__file__))


class OnnxGru(torch.autograd.Function):
    """Exported as ONNX's GRU operator; how the gates are computed is in GruLayer."""

    @staticmethod
    def forward(ctx, frames, weights, recurrent, bias):
        return frames.new_zeros(frames.shape[0], 1, frames.shape[1], recurrent.shape[2])

    @staticmethod
    def symbolic(g, frames, weights, recurrent, bias):
        hidden = recurrent.type().sizes()[2]
        return g.op("GRU", frames, weights, recurrent, bias, hidden_size_i=hidden, linear_before_reset_i=0)


class GruLayer(nn.Module):
    """r and z as usual; the candidate is tanh(W·[r ⊙ h, x] + b), the reset acting before the product.

    nn.GRU resets after it, so this is a loop over the frames. A z near 1 takes the candidate.
    """

    def __init__(self, inputs, hidden):
        super().__init__()
        self.hidden = hidden
        for gate in ("reset", "update", "candidate"):
            self.register_parameter(f"{gate}_weights", nn.Parameter(torch.zeros(hidden, hidden + inputs)))
            self.register_parameter(f"{gate}_bias", nn.Parameter(torch.zeros(hidden)))

    def forward(self, frames):  # [batch, frames, inputs]
        if torch.onnx.is_in_onnx_export():
            return self.exported(frames)
        weights = torch.cat([self.reset_weights, self.update_weights, self.candidate_weights])
        bias = torch.cat([self.reset_bias, self.update_bias, self.candidate_bias])
        of_inputs = frames @ weights[:, self.hidden :].t() + bias
        gates, candidate = weights[: 2 * self.hidden, : self.hidden].t(), weights[2 * self.hidden :, : self.hidden].t()
        state = frames.new_zeros(frames.shape[0], self.hidden)
        states = []
        for frame in of_inputs.unbind(1):
            sums = torch.addmm(frame[:, : 2 * self.hidden], state, gates).sigmoid()
            reset, update = sums.chunk(2, dim=1)
            new = torch.addmm(frame[:, 2 * self.hidden :], reset * state, candidate).tanh()
            state = state + update * (new - state)
            states.append(state)
        return torch.stack(states, dim=1)

    def exported(self, frames):
        # ONNX stacks z, r, h, and its z keeps the old state: sigmoid(-a) = 1 - sigmoid(a).
        rows = torch.cat([-self.update_weights, self.reset_weights, self.candidate_weights]).detach()
        bias = torch.cat([-self.update_bias, self.reset_bias, self.candidate_bias]).detach()
        weights, recurrent = rows[:, self.hidden :], rows[:, : self.hidden]
        bias = torch.cat([bias, torch.zeros_like(bias)])
        # As constants: what depends on nothing is folded into the file.
        states = OnnxGru.apply(frames.transpose(0, 1), weights[None].clone(), recurrent[None].clone(), bias[None].clone())
        return states.squeeze(1).transpose(0, 1)


# What PyTorch has by itself: the module, and which of our gates it stacks in which order. The z of nn.GRU keeps the old state
# and ours takes the new one: sigmoid(-a) = 1 - sigmoid(a).
PYTORCH_CELLS = {
    "rnn": (nn.RNN, (("candidate", 1),)),
    "gru-reset-after": (nn.GRU, (("reset", 1), ("update", -1), ("candidate", 1))),
    "lstm": (nn.LSTM, (("input", 1), ("forget", 1), ("candidate", 1), ("output", 1))),
}


class Classifier(nn.Module):
    """Normaliser, recurrent layers, pooling, dense head: logits of raw features `[batch, frames, coefficients]`."""

    def __init__(self, recipe):
        super().__init__()
        network, self.dropout = recipe["network"], recipe["training"]["dropout"]
        inputs, hidden, layers = network["inputSize"], network["hiddenSize"], network["layerCount"]
        self.pooling, self.cell, self.hidden = network["pooling"], network["cell"], hidden
        self.register_buffer("mean", torch.tensor(recipe["training"]["normaliser"]["mean"]))
        self.register_buffer("deviation", torch.tensor(recipe["training"]["normaliser"]["deviation"]))
        sizes = [inputs] + [hidden] * (layers - 1)
        self.of_pytorch = self.cell in PYTORCH_CELLS
        make = PYTORCH_CELLS[self.cell][0] if self.of_pytorch else GruLayer
        options = {"batch_first": True} if self.of_pytorch else {}
        self.layers = nn.ModuleList(make(size, hidden, **options) for size in sizes)
        # The labels, then the words of _unknown_ that are first learned by their names.
        self.labels = network["classCount"]
        self.head = nn.Linear(hidden, self.labels + len(recipe["training"]["named"]))
        self.unknown = recipe["labels"].index("_unknown_") if "_unknown_" in recipe["labels"] else None
        self.register_buffer("shift", torch.tensor(recipe["training"]["shift"]))

    def forward(self, features):
        states = (features - self.mean) / self.deviation
        for index, layer in enumerate(self.layers):
            states = layer(states)[0] if self.of_pytorch else layer(states)
            if index + 1 < len(self.layers):
                states = nn.functional.dropout(states, self.dropout, self.training)
        pooled = states.mean(dim=1) if self.pooling == "mean" else states[:, -1]
        return self.head(nn.functional.dropout(pooled, self.dropout, self.training))

    def answer(self, features, naming):
        """The logits of the labels, as the finished model has them: while words are told by name, each speaks for _unknown_."""
        logits = self(features)
        answers = logits[:, : self.labels].clone()
        if naming and self.unknown is not None:
            rest = torch.cat([answers[:, self.unknown, None], logits[:, self.labels :]], dim=1)
            answers[:, self.unknown] = rest.logsumexp(dim=1)
        return answers + self.shift

    @torch.no_grad()
    def keep_labels(self):
        """Leaves the head its labels, with posteriors as for words that come equally often."""
        head = nn.Linear(self.hidden, self.labels)
        head.weight.copy_(self.head.weight[: self.labels])
        head.bias.copy_(self.head.bias[: self.labels] + self.shift)
        self.head = head

    @torch.no_grad()
    def load_start(self, tensors):
        """The weights that the hand-over starts from, by the names of recipe.json."""
        self.head.weight.copy_(tensors["head.weights"])
        self.head.bias.copy_(tensors["head.bias"])
        for index, layer in enumerate(self.layers):
            of = lambda name: tensors[f"layers.{index}.{name}"]
            if not self.of_pytorch:
                for gate in ("reset", "update", "candidate"):
                    getattr(layer, f"{gate}_weights").copy_(of(f"{gate}.weights"))
                    getattr(layer, f"{gate}_bias").copy_(of(f"{gate}.bias"))
                continue
            gates = PYTORCH_CELLS[self.cell][1]
            rows = torch.cat([sign * of(f"{gate}.weights") for gate, sign in gates])
            layer.weight_hh_l0.copy_(rows[:, : self.hidden])
            layer.weight_ih_l0.copy_(rows[:, self.hidden :])
            layer.bias_ih_l0.copy_(torch.cat([sign * of(f"{gate}.bias") for gate, sign in gates]))
            layer.bias_hh_l0.zero_()
            if self.cell == "gru-reset-after":
                layer.bias_hh_l0[2 * self.hidden :].copy_(of("candidate.recurrentBias"))

    def hold_double_biases(self):
        """PyTorch's cells have two biases where one acts; the second stays zero. Only that of nn.GRU's n is a bias of its own."""
        if self.of_pytorch:
            for layer in self.layers:
                mask = torch.zeros_like(layer.bias_hh_l0)
                if self.cell == "gru-reset-after":
                    mask[2 * self.hidden :] = 1
                layer.bias_hh_l0.register_hook(lambda gradient, mask=mask: gradient * mask.to(gradient.device))


class Shards:
    """Examples in files of raw numbers, little-endian, in the order in which they are to be learned."""

    def __init__(self, recipe, entries):
        features = recipe["features"]
        self.size = (features["windowFrames"], features["coefficients"])
        self.parts, self.count = [], 0
        for entry in entries:
            values = self.read(entry["features"], torch.float32, entry["clips"] * self.size[0] * self.size[1])
            classes, named = (
                self.read(entry[key], torch.int64, entry["clips"]) if key in entry else None for key in ("classes", "named")
            )
            self.parts.append((self.count, values.view(-1, *self.size), classes, named))
            self.count += entry["clips"]

    def read(self, name, dtype, size):
        # Mapped into memory, not read: a machine need not hold them all.
        return torch.from_file(os.path.join(FOLDER, name), shared=False, size=size, dtype=dtype)

    def take(self, start, end, naming=False):
        """Features and classes; with `naming`, the words of _unknown_ by their names."""
        pieces = []
        for first, values, classes, named in self.parts:
            if first < end and first + len(classes) > start:
                part = slice(max(0, start - first), end - first)
                pieces.append((values[part], (named if naming else classes)[part]))
        values, classes = zip(*pieces)
        return torch.cat(values), torch.cat(classes)


def rate_at(step, steps, highest):
    """A linear warm-up over a twentieth of the run, then a cosine down to almost nothing."""
    warm_up = min(200, math.ceil(steps / 20))
    if step < warm_up:
        return highest * (step + 1) / warm_up
    return highest / 2 * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up)))


class Run:
    def __init__(self, options):
        with open(os.path.join(FOLDER, "recipe.json"), encoding="utf-8") as file:
            self.recipe = json.load(file)
        self.options, self.training = options, self.recipe["training"]
        self.rank, self.world = dist.get_rank(), dist.get_world_size()
        gpu = options.backend == "nccl"
        self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if gpu else torch.device("cpu")
        if gpu:
            torch.cuda.set_device(self.device)
        self.model = Classifier(self.recipe).to(self.device)
        self.model.load_start(self.start_weights())
        self.model.hold_double_biases()
        self.parallel = DistributedDataParallel(self.model)
        self.optimiser = torch.optim.Adam(self.model.parameters(), betas=(0.9, 0.999), eps=1e-8)
        self.copies = [Shards(self.recipe, entries) for entries in self.recipe["shards"]["training"]]
        self.validation = Shards(self.recipe, self.recipe["shards"]["validation"])
        self.steps_per_epoch = math.ceil(self.copies[0].count / self.training["batch"])
        self.total_steps = self.steps_per_epoch * self.training["epochs"]
        self.checkpoint = os.path.join(FOLDER, "checkpoint.pt")
        self.step = 0
        self.best = None  # accuracy, minus the loss, epoch and weights

    def start_weights(self):
        entry = self.recipe["weights"]
        count = sum(tensor["length"] for tensor in entry["tensors"])
        values = torch.from_file(os.path.join(FOLDER, entry["file"]), size=count, dtype=torch.float32).clone()
        return {
            tensor["name"]: values[tensor["offset"] : tensor["offset"] + tensor["length"]].view(tensor["dimensions"])
            for tensor in entry["tensors"]
        }

    def train(self):
        self.resume()
        last = min(self.total_steps, self.options.steps or self.total_steps)
        while self.step < last:
            loss = self.learn()
            self.step += 1
            self.report(step=self.step, loss=loss)
            epoch_ends = self.step % self.steps_per_epoch == 0
            if epoch_ends and self.validation.count:
                self.measure(self.step // self.steps_per_epoch)
            if epoch_ends or self.step % self.options.checkpoint_every == 0 or self.step == last:
                self.save()
        if self.rank == 0:
            self.export()

    def learn(self):
        """One update on one batch, of which every process takes its share."""
        epoch, position = divmod(self.step, self.steps_per_epoch)
        data = self.copies[epoch % len(self.copies)]
        start = position * self.training["batch"]
        size = min(self.training["batch"], data.count - start)
        mine = [start + size * rank // self.world for rank in (self.rank, self.rank + 1)]
        # Seeded by step: what is dropped does not depend on where a run was interrupted.
        torch.manual_seed(self.training["seed"] * 1_000_003 + self.step * self.world + self.rank)
        self.model.train()
        self.optimiser.zero_grad()
        if mine[0] < mine[1]:
            features, classes = data.take(*mine, self.is_naming(epoch))
        else:
            features, classes = data.take(start, start + 1, self.is_naming(epoch))  # more processes than examples
        logits = self.parallel(features.to(self.device))
        losses = nn.functional.cross_entropy(logits, classes.to(self.device), reduction="sum")
        share = losses / size if mine[0] < mine[1] else losses * 0
        # DistributedDataParallel takes the mean over the processes.
        (share * self.world).backward()
        norm = torch.cat([p.grad.flatten() for p in self.model.parameters()]).norm().item()
        if norm > self.training["clipNorm"]:
            for parameter in self.model.parameters():
                parameter.grad.mul_(self.training["clipNorm"] / norm)
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(self.step, self.total_steps, self.training["learningRate"])
        self.optimiser.step()
        return self.summed(share.detach()).item()

    def is_naming(self, epoch):
        return epoch < self.training["namingEpochs"]

    @torch.no_grad()
    def measure(self, epoch):
        """After so many epochs: accuracy and loss, and the weights kept where they are the best so far."""
        self.model.eval()
        naming = self.is_naming(epoch - 1)
        sums = torch.zeros(2, dtype=torch.float64, device=self.device)
        for start in range(self.rank * 256, self.validation.count, self.world * 256):
            features, classes = self.validation.take(start, min(self.validation.count, start + 256))
            answers, classes = self.model.answer(features.to(self.device), naming), classes.to(self.device)
            sums[0] += (answers.argmax(dim=1) == classes).sum()
            sums[1] += nn.functional.cross_entropy(answers, classes, reduction="sum")
        accuracy, loss = (self.summed(sums) / self.validation.count).tolist()
        self.report(epoch=epoch, accuracy=accuracy, validationLoss=loss)
        # Weights that tell words by name give no model yet.
        if not naming and (self.best is None or (accuracy, -loss) > self.best[:2]):
            weights = {name: value.cpu().clone() for name, value in self.model.state_dict().items()}
            self.best = (accuracy, -loss, epoch, weights)

    def summed(self, value):
        dist.all_reduce(value)
        return value

    def save(self):
        """Written whole or not at all, by the first process."""
        if self.rank == 0:
            state = {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict(), "step": self.step}
            state["best"] = self.best
            torch.save(state, self.checkpoint + ".tmp")
            os.replace(self.checkpoint + ".tmp", self.checkpoint)
        dist.barrier()

    def resume(self):
        if os.path.exists(self.checkpoint):
            state = torch.load(self.checkpoint, map_location=self.device)
            self.model.load_state_dict(state["model"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step, self.best = state["step"], state["best"]
            self.report(resumed=self.step)

    def export(self):
        path = os.path.join(FOLDER, "trained.onnx")
        model = self.model.cpu().eval()
        if self.best:
            model.load_state_dict(self.best[3])
        model.keep_labels()
        frames, coefficients = self.recipe["features"]["windowFrames"], self.recipe["features"]["coefficients"]
        # Later versions export by another way unless told not to, and it does not know OnnxGru.
        old_way = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                model,
                torch.zeros(2, frames, coefficients),
                path + ".tmp",
                input_names=["features"],
                output_names=["logits"],
                dynamic_axes={"features": {0: "batch", 1: "frames"}},
                opset_version=14,
                **old_way,
            )
        os.replace(path + ".tmp", path)
        self.report(model=path)

    def report(self, **values):
        if self.rank == 0:
            print(json.dumps(values), flush=True)


def main():
    parser = argparse.ArgumentParser(description="Trains on what heed handoff wrote; see the head of this file.")
    parser.add_argument("--backend", choices=["gloo", "nccl"], default="nccl" if torch.cuda.is_available() else "gloo")
    parser.add_argument("--steps", type=int, help="stop after so many updates (default: the whole run)")
    parser.add_argument("--checkpoint-every", type=int, default=200, help="updates between two checkpoints")
    options = parser.parse_args()
    # Alone, without torchrun, it is a cluster of one.
    for name, value in (("RANK", "0"), ("WORLD_SIZE", "1"), ("MASTER_ADDR", "127.0.0.1"), ("MASTER_PORT", "29500")):
        os.environ.setdefault(name, value)
    dist.init_process_group(options.backend)
    Run(options).train()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
