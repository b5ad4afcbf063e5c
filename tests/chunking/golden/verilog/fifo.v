// A first-in first-out buffer.
module fifo #(parameter WIDTH = 8) (
    input clk,
    input [WIDTH-1:0] data_in,
    output reg [WIDTH-1:0] data_out
);
    reg [WIDTH-1:0] memory [0:15];

    function [3:0] next_index;
        input [3:0] index;
        next_index = index + 1;
    endfunction

    always @(posedge clk) begin
        data_out <= memory[0];
    end
endmodule
