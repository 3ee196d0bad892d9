"""A graph that grows."""

import networkx as nx


class Network:
    def __init__(self):
        self.graph = nx.Graph(name="towns")
        self.graph.add_edge("a", "b", weight=4)
        self.graph.add_edge("b", "c", weight=1)
        self.order = nx.DiGraph([(1, 2), (2, 3), (1, 3)])
        self.lines = nx.MultiGraph()
        self.lines.add_edge("x", "y", key="bus")

    def use(self):
        self.graph.add_edge("a", "c", weight=7)
        ranks = nx.pagerank(self.order) if hasattr(nx, "numpy") else {}
        return {
            "path": nx.shortest_path(self.graph, "a", "c", weight="weight"),
            "length": nx.shortest_path_length(self.graph, "a", "c", weight="weight"),
            "sorted": list(nx.topological_sort(self.order)),
            "tree": sorted(nx.minimum_spanning_edges(self.graph, data=False)),
            "central": sorted(nx.betweenness_centrality(self.graph).items()),
            "cliques": sorted(sorted(each) for each in nx.find_cliques(self.graph)),
            "flow": nx.maximum_flow_value(nx.DiGraph([("s", "t", {"capacity": 3})]), "s", "t"),
            "random": sorted(nx.gnp_random_graph(8, 0.4, seed=5).edges),
            "gml": list(nx.generate_gml(self.order)),
            "ranks": ranks,
        }

    def go_on(self):
        number = self.graph.number_of_nodes()
        self.graph.add_edge("c", f"n{number}", weight=number)
        self.lines.add_edge("x", "y")
        return {
            "edges": sorted(map(str, self.graph.edges(data=True))),
            "neighbours": list(self.graph["c"]),
            "name": self.graph.graph["name"],
            "before": list(self.order.predecessors(3)),
            "keys": [str(key) for _, _, key in self.lines.edges(keys=True)],
            "shared": self.graph.adj["a"]["b"] is self.graph.adj["b"]["a"],
            "is": isinstance(self.order, nx.DiGraph) and nx.is_directed_acyclic_graph(self.order),
        }
