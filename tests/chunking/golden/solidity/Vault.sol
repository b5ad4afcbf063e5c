// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

/// @title Keeps deposits.
contract Vault {
    mapping(address => uint256) public balances;

    event Deposited(address indexed from, uint256 amount);

    constructor(address owner_) {
        owner = owner_;
        locked = false;
    }

    modifier onlyOwner() {
        require(msg.sender == owner, "not the owner");
        _;
    }

    /// Takes a deposit.
    function deposit() external payable {
        balances[msg.sender] += msg.value;
        emit Deposited(msg.sender, msg.value);
    }
}
