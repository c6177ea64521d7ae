#!/usr/bin/python3
"""Writes fixtures/keras-*.onnx: GRU classifiers in the shape in which tf2onnx writes those of Keras.

TensorFlow is not needed: the graphs are put together node by node after what tf2onnx makes of

    Input → GRU(units, reset_after=…, return_sequences=…) → [GlobalAveragePooling1D] → Dense(softmax)

that is, a Transpose to time-major, a GRU whose kernels are stacked z, r, h (Keras's own order, as ONNX's), first states
filled from the batch's size (Shape, Cast, Slice, Concat, Expand), a Squeeze, and the dense layer as MatMul and Add.
`reset_after=True`, the default of Keras since TensorFlow 2, is linear_before_reset = 1, and the cell that tf2onnx
recognises in Keras's own loop (gru_tf2_rewriter.py); `reset_after=False` is 0, as it comes from TensorFlow's GRUCell
(gru_rewriter.py), and from keras2onnx. Where tf2onnx recognises no cell it leaves a Loop, which is refused by its name.
Keras's own `model.export(format="onnx")` goes through tf2onnx too where TensorFlow computes.

Run with Debian's python3-onnx:  /usr/bin/python3 test/model/import/make-keras-fixtures.py [FOLDER]
"""

import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

INPUT, HIDDEN, CLASSES, FRAMES = 5, 6, 3, 11


class Graph:
    def __init__(self, seed):
        self.nodes, self.initialisers = [], []
        self.random = np.random.RandomState(seed)
        self.count = 0

    def weights(self, *dims):
        return self.constant(self.random.uniform(-0.8, 0.8, dims).astype(np.float32))

    def constant(self, values):
        self.count += 1
        name = f"const__{self.count}"
        self.initialisers.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def ints(self, *values):
        return self.constant(np.array(values, dtype=np.int64))

    def add(self, op, *inputs, outputs=1, **attributes):
        self.count += 1
        names = [f"{op}__{self.count}:{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, list(inputs), names, f"{op}__{self.count}", **attributes))
        return names[0] if outputs == 1 else names

    def first_state(self, x, how):
        """Zeros of [1, batch, units], from the size of the time-major input."""
        sizes = self.add("Cast", self.add("Shape", x), to=TensorProto.INT32)
        batch = self.add("Slice", sizes, self.ints(1), self.ints(2), self.ints(0))
        units = self.constant(np.array([HIDDEN], dtype=np.int32))
        shape = self.add("Cast", self.add("Concat", batch, units, axis=0), to=TensorProto.INT64)
        zero = self.constant(np.zeros([1] if how == "expand" else [1, 1], dtype=np.float32))
        if how == "expand":
            zeros = self.add("Expand", zero, shape)
        elif how == "tile":
            zeros = self.add("Tile", zero, shape)
        else:
            zeros = self.add("ConstantOfShape", shape, value=helper.make_tensor("value", TensorProto.FLOAT, [1], [0.0]))
        return self.add("Unsqueeze", zeros, self.ints(0))

    def lengths(self, x):
        """Every sequence as long as the input, as older versions of tf2onnx write it."""
        sizes = self.add("Shape", x)
        frames = self.add("Slice", sizes, self.ints(0), self.ints(1), self.ints(0))
        batch = self.add("Slice", sizes, self.ints(1), self.ints(2), self.ints(0))
        return self.add("Cast", self.add("Tile", frames, batch), to=TensorProto.INT32)


def classifier(seed, reset_after=True, layers=1, take="state", start="expand", lengths=False, **options):
    graph = Graph(seed)
    x = graph.add("Transpose", "gru_input", perm=[1, 0, 2])
    for layer in range(layers):
        width = INPUT if layer == 0 else HIDDEN
        arguments = [x, graph.weights(1, 3 * HIDDEN, width), graph.weights(1, 3 * HIDDEN, HIDDEN)]
        arguments.append(graph.weights(1, 6 * HIDDEN) if reset_after else bias_of_kernel(graph))
        arguments.append(graph.lengths(x) if lengths else "")
        arguments.append("" if start is None else graph.first_state(x, start))
        attributes = dict(direction="forward", hidden_size=HIDDEN, linear_before_reset=int(reset_after))
        if options.get("activations"):
            attributes["activations"] = options["activations"]
        y, y_h = graph.add("GRU", *arguments, outputs=2, **attributes)
        states = graph.add("Squeeze", y, graph.ints(1))
        x = graph.add("Identity", states)
    if take == "state":
        pooled = graph.add("Squeeze", y_h, graph.ints(0))
    elif take == "slice":
        # Keras's own outputs[-1]: a strided slice over the time-major states
        last = graph.add("Slice", x, graph.ints(-1), graph.ints(np.iinfo(np.int32).max), graph.ints(0))
        pooled = graph.add("Squeeze", last, graph.ints(0))
    else:
        batch_major = graph.add("Transpose", x, perm=[1, 0, 2])
        pooled = graph.add("ReduceMean", batch_major, axes=[1], keepdims=0)
    dense = graph.add("MatMul", pooled, graph.weights(HIDDEN, CLASSES))
    logits = graph.add("Add", dense, graph.weights(CLASSES))
    graph.nodes.append(helper.make_node("Softmax", [logits], ["dense"], "dense/Softmax", axis=-1))
    return graph


def bias_of_kernel(graph):
    """reset_after=False has one bias; the recurrent one is zero."""
    bias = np.concatenate([graph.random.uniform(-0.8, 0.8, 3 * HIDDEN), np.zeros(3 * HIDDEN)])
    return graph.constant(bias.astype(np.float32)[None])


def save(path, graph, frames):
    value = lambda name, *dims: helper.make_tensor_value_info(name, TensorProto.FLOAT, list(dims))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "tf2onnx",
            [value("gru_input", "unk__1", frames, INPUT)],
            [value("dense", "unk__2", CLASSES)],
            graph.initialisers,
        ),
        producer_name="tf2onnx",
        producer_version="1.13.0",
        opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 2)],
    )
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


CASES = {
    "reset-after": dict(),
    "reset-before": dict(reset_after=False),
    "tiled-start": dict(start="tile", layers=2),
    "filled-start": dict(start="fill", take="slice"),
    "no-start": dict(start=None, layers=3, reset_after=False),
    "average": dict(take="average", layers=2),
    "lengths": dict(lengths=True),
    "activations": dict(activations=["Sigmoid", "Tanh"]),
    "refused-relu": dict(activations=["Sigmoid", "Relu"]),
}

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "fixtures")
for seed, (name, options) in enumerate(CASES.items()):
    frames = FRAMES if name == "average" else "unk__3"
    save(os.path.join(folder, f"keras-{name}.onnx"), classifier(seed, **options), frames)
