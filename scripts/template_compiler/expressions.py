"""Turns Jinja expressions into C++ expressions. Names and types are checked by the C++ compiler."""

from jinja2 import nodes

COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
ARITHMETIC = {nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*"}


def c_string(text):
    """A C++ string literal of UTF-8 bytes."""
    named = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(named.get(c, c) for c in text) + '"'


class Expressions:
    """`locals` are the names that loops and sets have introduced; all others are members of the view."""

    def __init__(self, refuse):
        self.refuse = refuse
        self.locals = []

    def local(self, name):
        """The C++ name of a local, or nothing."""
        return next((scope[name] for scope in reversed(self.locals) if name in scope), None)

    def compile(self, node):
        for kind, method in self.kinds().items():
            if isinstance(node, kind):
                return method(node)
        return self.refuse(node, f"{type(node).__name__} expressions are not supported")

    def kinds(self):
        return {
            nodes.Const: self.constant,
            nodes.Name: self.name,
            nodes.Getattr: self.member,
            nodes.Call: self.call,
            nodes.Filter: self.filter,
            nodes.Compare: self.compare,
            nodes.And: lambda n: f"({self.condition(n.left)} && {self.condition(n.right)})",
            nodes.Or: lambda n: f"({self.condition(n.left)} || {self.condition(n.right)})",
            nodes.Not: lambda n: f"(!{self.condition(n.node)})",
            nodes.CondExpr: self.choice,
            nodes.BinExpr: self.arithmetic,
        }

    def condition(self, node):
        if isinstance(node, (nodes.Compare, nodes.And, nodes.Or, nodes.Not)):
            return self.compile(node)
        return f"truthy({self.compile(node)})"

    def constant(self, node):
        if isinstance(node.value, bool):
            return "true" if node.value else "false"
        if isinstance(node.value, int):
            return str(node.value)
        if isinstance(node.value, str):
            return f"std::string_view({c_string(node.value)})"
        return self.refuse(node, f"the constant {node.value!r} is not supported")

    def name(self, node):
        if node.name == "view":
            return "view"
        return self.local(node.name) or f"view.{node.name}"

    def member(self, node):
        if isinstance(node.node, nodes.Name) and node.node.name[:1].isupper():
            return f"views::{node.node.name}::{node.attr}"
        return f"{self.compile(node.node)}.{node.attr}"

    def call(self, node):
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            return self.refuse(node, "calls take plain arguments only")
        if isinstance(node.node, nodes.Getattr):
            return f"{self.member(node.node)}({self.arguments(node.args)})"
        if isinstance(node.node, nodes.Name):
            return f"functions::{node.node.name}({self.arguments(node.args)})"
        return self.refuse(node, "this cannot be called")

    def arguments(self, arguments):
        return ", ".join(self.argument(a) for a in arguments)

    def argument(self, node):
        """Literals stay literals, so that names of icons and assets can be checked at compile time."""
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            return c_string(node.value)
        return self.compile(node)

    def filter(self, node):
        if node.node is None or node.kwargs:
            return self.refuse(node, "filters take plain arguments only")
        arguments = ", ".join([self.compile(node.node), *(self.argument(a) for a in node.args)])
        return f"filters::{node.name}({arguments})"

    def compare(self, node):
        if len(node.ops) != 1 or node.ops[0].op not in COMPARISONS:
            return self.refuse(node, "compare two values with == != < <= > >=")
        return f"({self.compile(node.expr)} {COMPARISONS[node.ops[0].op]} {self.compile(node.ops[0].expr)})"

    def choice(self, node):
        if node.expr2 is None:
            return self.refuse(node, "a choice needs an else")
        return f"({self.condition(node.test)} ? {self.compile(node.expr1)} : {self.compile(node.expr2)})"

    def arithmetic(self, node):
        if type(node) not in ARITHMETIC:
            return self.refuse(node, f"{type(node).__name__} is not supported")
        return f"({self.compile(node.left)} {ARITHMETIC[type(node)]} {self.compile(node.right)})"
